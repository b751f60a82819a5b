// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/details/customertab.h"

#include "console/client/actions.h"
#include "console/models/dialoglistmodel.h"
#include "console/store/store.h"
#include "console/views/look/look.h"
#include "console/views/paint/timetext.h"
#include "console/views/widgets/text.h"

#include <QDateTime>
#include <QEvent>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

QString moment(qint64 ms)
{
    return ms == 0 ? QString() : QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QStringLiteral("d MMM, HH:mm"));
}

} // namespace

CustomerTab::CustomerTab(const Look& look, Store& store, Actions& actions, QWidget* parent)
    : QScrollArea(parent)
    , m_look(look)
    , m_store(store)
    , m_actions(actions)
    , m_body(new QWidget(this))
    , m_name(new Text(look, 3, QFont::DemiBold, Shade::Normal, m_body))
    , m_state(new Text(look, -1, QFont::Normal, Shade::Muted, m_body))
    , m_tagsTitle(new Text(look, -2, QFont::Medium, Shade::Muted, m_body))
    , m_tags(new QLineEdit(m_body))
    , m_facts(new QVBoxLayout)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(m_body);
    m_name->setWordWrap(true);
    m_state->setWordWrap(true);
    m_facts->setSpacing(0);
    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(4);
    column->addWidget(m_name);
    column->addWidget(m_state);
    column->addSpacing(12);
    column->addWidget(m_tagsTitle);
    column->addWidget(m_tags);
    column->addSpacing(8);
    column->addLayout(m_facts);
    column->addStretch(1);
    connect(m_tags, &QLineEdit::editingFinished, this, &CustomerTab::saveTags);
    connect(&store, &Store::dialogChanged, this, [this](int row) {
        if (m_store.dialogAt(row).id == m_dialogId)
            refresh();
    });
    connect(&store, &Store::reset, this, &CustomerTab::refresh);
    setDialog(0);
}

void CustomerTab::setDialog(qint64 dialogId)
{
    m_dialogId = dialogId;
    m_tags->clearFocus();
    refresh();
}

void CustomerTab::refresh()
{
    const Dialog* dialog = m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId);
    m_tagsTitle->setVisible(dialog);
    m_tags->setVisible(dialog);
    m_tagsTitle->setText(tr("Tags"));
    m_tags->setPlaceholderText(tr("vip, billing"));
    m_tags->setAccessibleName(tr("Tags, separated by commas"));
    m_name->setText(dialog ? guestTitle(*dialog) : QString());
    m_state->setText(dialog ? tr("Dialog %1").arg(dialog->id) : tr("Who the guest is appears here."));
    QStringList facts;
    if (dialog) {
        if (!m_tags->hasFocus())
            m_tags->setText(dialog->tags.join(QStringLiteral(", ")));
        const auto add = [&facts](const QString& name, const QString& value) {
            if (!value.isEmpty() && facts.size() < 2 * kMostFacts)
                facts << name << value;
        };
        add(tr("Began"), moment(dialog->createdMs));
        add(tr("Last message"), moment(dialog->lastMessageMs));
        add(tr("Operator"), dialog->operatorId.isEmpty() ? QString() : m_store.operatorName(dialog->operatorId));
        add(tr("Last operator"),
            dialog->lastOperator.isEmpty() ? QString() : m_store.operatorName(dialog->lastOperator));
        add(tr("Assistant"), dialog->assistantId);
        for (auto it = dialog->metadata.begin(); it != dialog->metadata.end(); ++it)
            add(it.key(), it.value().toVariant().toString());
    }
    if (facts == m_shown)
        return;
    m_shown = facts;
    while (QLayoutItem* item = m_facts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (qsizetype i = 0; i + 1 < facts.size(); i += 2)
        addFact(facts[i], facts[i + 1]);
}

void CustomerTab::addFact(const QString& name, const QString& value)
{
    auto* title = new Text(m_look, -2, QFont::Medium, Shade::Muted, m_body);
    title->setText(name);
    title->setContentsMargins(0, 8, 0, 0);
    auto* text = new Text(m_look, 0, QFont::Normal, Shade::Normal, m_body);
    text->setText(value);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setFocusPolicy(Qt::NoFocus);
    m_facts->addWidget(title);
    m_facts->addWidget(text);
}

void CustomerTab::saveTags()
{
    const Dialog* dialog = m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId);
    QStringList tags;
    for (const QString& part : m_tags->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const QString tag = part.simplified().left(64);
        if (!tag.isEmpty() && !tags.contains(tag) && tags.size() < 20)
            tags << tag;
    }
    if (dialog && tags != dialog->tags)
        m_actions.setTags(m_dialogId, tags);
}

void CustomerTab::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange) {
        m_shown.clear();
        refresh();
    }
    QScrollArea::changeEvent(event);
}

} // namespace signalbox::console
