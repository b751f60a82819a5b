<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>AccountFolder</name>
    <message>
        <source>The folder %1 cannot be made.</source>
        <translation>The folder %1 cannot be made.</translation>
    </message>
    <message>
        <source>Another console is open for this account.</source>
        <translation>Another console is open for this account.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written.</source>
        <translation>The folder %1 cannot be written.</translation>
    </message>
</context>
<context>
    <name>signalbox::console</name>
    <message>
        <source>Nothing answers at %1. Is the server running?</source>
        <translation>Nothing answers at %1. Is the server running?</translation>
    </message>
    <message>
        <source>There is no host named %1.</source>
        <translation>There is no host named %1.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate cannot be trusted: %1</source>
        <translation>The server&apos;s certificate cannot be trusted: %1</translation>
    </message>
    <message>
        <source>The server did not answer in time.</source>
        <translation>The server did not answer in time.</translation>
    </message>
    <message>
        <source>The address answers with a redirect; enter the one it points to.</source>
        <translation>The address answers with a redirect; enter the one it points to.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Actions</name>
    <message>
        <source>There is no connection; a take cannot wait.</source>
        <translation>There is no connection; a take cannot wait.</translation>
    </message>
    <message>
        <source>Your status was not changed: %1</source>
        <translation>Your status was not changed: %1</translation>
    </message>
</context>
<context>
    <name>signalbox::console::AlertModel</name>
    <message>
        <source>%1, %2, acknowledged</source>
        <translation>%1, %2, acknowledged</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>signalbox::console::AttachDialog</name>
    <message>
        <source>Attach a link</source>
        <translation>Attach a link</translation>
    </message>
    <message>
        <source>Attach a picture</source>
        <translation>Attach a picture</translation>
    </message>
    <message>
        <source>Preview of the picture</source>
        <translation>Preview of the picture</translation>
    </message>
    <message>
        <source>The desk keeps links, not files. Put the file where guests can reach it and give its address.</source>
        <translation>The desk keeps links, not files. Put the file where guests can reach it and give its address.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>Name that the guest sees</source>
        <translation>Name that the guest sees</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>Save picture…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>Attach</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Save picture</translation>
    </message>
</context>
<context>
    <name>signalbox::console::CannedDialog</name>
    <message>
        <source>For everybody</source>
        <translation>For everybody</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Canned replies</translation>
    </message>
    <message>
        <source>Shortcut, for instance: hello</source>
        <translation>Shortcut, for instance: hello</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>Shortcut</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>Text; {name} and {operator} fill themselves, other {fields} are asked for</source>
        <translation>Text; {name} and {operator} fill themselves, other {fields} are asked for</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>New</source>
        <translation>New</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Saved</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Deleted</translation>
    </message>
    <message>
        <source>The server has refused it.</source>
        <translation>The server has refused it.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::CannedPopup</name>
    <message>
        <source>Search canned replies</source>
        <translation>Search canned replies</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Canned replies</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Chart</name>
    <message>
        <source>%1 min ago</source>
        <translation>%1 min ago</translation>
    </message>
    <message>
        <source>now</source>
        <translation>now</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Copy as CSV</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Commands</name>
    <message>
        <source>Find or do anything</source>
        <translation>Find or do anything</translation>
    </message>
    <message>
        <source>Take this dialog</source>
        <translation>Take this dialog</translation>
    </message>
    <message>
        <source>Take the most urgent one of the queue</source>
        <translation>Take the most urgent one of the queue</translation>
    </message>
    <message>
        <source>Go to the dialog that needs me most</source>
        <translation>Go to the dialog that needs me most</translation>
    </message>
    <message>
        <source>Send and go to the next one who waits</source>
        <translation>Send and go to the next one who waits</translation>
    </message>
    <message>
        <source>Next dialog of the list</source>
        <translation>Next dialog of the list</translation>
    </message>
    <message>
        <source>Previous dialog of the list</source>
        <translation>Previous dialog of the list</translation>
    </message>
    <message>
        <source>Next dialog, around the list</source>
        <translation>Next dialog, around the list</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Show the queue</translation>
    </message>
    <message>
        <source>Show my dialogs</source>
        <translation>Show my dialogs</translation>
    </message>
    <message>
        <source>Show all dialogs</source>
        <translation>Show all dialogs</translation>
    </message>
    <message>
        <source>Search the list</source>
        <translation>Search the list</translation>
    </message>
    <message>
        <source>Search this dialog</source>
        <translation>Search this dialog</translation>
    </message>
    <message>
        <source>Insert a canned reply</source>
        <translation>Insert a canned reply</translation>
    </message>
    <message>
        <source>Reply or internal note</source>
        <translation>Reply or internal note</translation>
    </message>
    <message>
        <source>Transfer with a note…</source>
        <translation>Transfer with a note…</translation>
    </message>
    <message>
        <source>Release to the queue</source>
        <translation>Release to the queue</translation>
    </message>
    <message>
        <source>Finish and go to the next one</source>
        <translation>Finish and go to the next one</translation>
    </message>
    <message>
        <source>Jump to the first unread message</source>
        <translation>Jump to the first unread message</translation>
    </message>
    <message>
        <source>Repair text typed in the wrong layout</source>
        <translation>Repair text typed in the wrong layout</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Next pane</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Previous pane</translation>
    </message>
    <message>
        <source>Next alert</source>
        <translation>Next alert</translation>
    </message>
    <message>
        <source>Acknowledge the alert</source>
        <translation>Acknowledge the alert</translation>
    </message>
    <message>
        <source>Do not disturb, on or off</source>
        <translation>Do not disturb, on or off</translation>
    </message>
    <message>
        <source>Load everything anew</source>
        <translation>Load everything anew</translation>
    </message>
    <message>
        <source>Usual text size</source>
        <translation>Usual text size</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Larger text</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Smaller text</translation>
    </message>
    <message>
        <source>Undo the last action</source>
        <translation>Undo the last action</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Keyboard</translation>
    </message>
    <message>
        <source>My dialog no. 1</source>
        <translation>My dialog no. 1</translation>
    </message>
    <message>
        <source>My dialog no. 2</source>
        <translation>My dialog no. 2</translation>
    </message>
    <message>
        <source>My dialog no. 3</source>
        <translation>My dialog no. 3</translation>
    </message>
    <message>
        <source>My dialog no. 4</source>
        <translation>My dialog no. 4</translation>
    </message>
    <message>
        <source>My dialog no. 5</source>
        <translation>My dialog no. 5</translation>
    </message>
    <message>
        <source>My dialog no. 6</source>
        <translation>My dialog no. 6</translation>
    </message>
    <message>
        <source>My dialog no. 7</source>
        <translation>My dialog no. 7</translation>
    </message>
    <message>
        <source>My dialog no. 8</source>
        <translation>My dialog no. 8</translation>
    </message>
    <message>
        <source>My dialog no. 9</source>
        <translation>My dialog no. 9</translation>
    </message>
    <message>
        <source>Give back to the AI</source>
        <translation>Give back to the AI</translation>
    </message>
    <message>
        <source>Cancel the handoff</source>
        <translation>Cancel the handoff</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Reopen</translation>
    </message>
    <message>
        <source>Export this dialog…</source>
        <translation>Export this dialog…</translation>
    </message>
    <message>
        <source>Export the list…</source>
        <translation>Export the list…</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Copy diagnostics</translation>
    </message>
    <message>
        <source>Canned replies…</source>
        <translation>Canned replies…</translation>
    </message>
    <message>
        <source>Connections, rooms, operators…</source>
        <translation>Connections, rooms, operators…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Settings…</translation>
    </message>
    <message>
        <source>Reset window layout</source>
        <translation>Reset window layout</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Log out</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quit</translation>
    </message>
    <message>
        <source>One key at a time, please.</source>
        <translation>One key at a time, please.</translation>
    </message>
    <message>
        <source>Use Ctrl or Alt alone: other combinations are dead in some keyboard layouts.</source>
        <translation>Use Ctrl or Alt alone: other combinations are dead in some keyboard layouts.</translation>
    </message>
    <message>
        <source>Use a Latin letter, a digit, an arrow or a function key.</source>
        <translation>Use a Latin letter, a digit, an arrow or a function key.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ComposePane</name>
    <message>
        <source>Editing; Esc leaves it as it was</source>
        <translation>Editing; Esc leaves it as it was</translation>
    </message>
    <message>
        <source>Only the team sees this</source>
        <translation>Only the team sees this</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line, / for canned replies</source>
        <translation>Enter sends, Shift+Enter breaks the line, / for canned replies</translation>
    </message>
    <message>
        <source>The dialog is closed. Reopen it to answer.</source>
        <translation>The dialog is closed. Reopen it to answer.</translation>
    </message>
    <message>
        <source>%1 has this dialog. You can write a note.</source>
        <translation>%1 has this dialog. You can write a note.</translation>
    </message>
    <message>
        <source>Take the dialog to answer</source>
        <translation>Take the dialog to answer</translation>
    </message>
    <message>
        <source>Take the dialog to answer: %1</source>
        <translation>Take the dialog to answer: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 of %2</translation>
    </message>
    <message>
        <source>%1 has answered meanwhile: “%2”. Enter again sends yours all the same.</source>
        <translation>%1 has answered meanwhile: “%2”. Enter again sends yours all the same.</translation>
    </message>
    <message>
        <source>Fill in “%1” first</source>
        <translation>Fill in “%1” first</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s)</source>
        <translation>
            <numerusform>%n attachment</numerusform>
            <numerusform>%n attachments</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Edit</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Reply</translation>
    </message>
    <message>
        <source>Reply or internal note (%1)</source>
        <translation>Reply or internal note (%1)</translation>
    </message>
    <message>
        <source>A note for the team…</source>
        <translation>A note for the team…</translation>
    </message>
    <message>
        <source>Your answer…</source>
        <translation>Your answer…</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Internal note</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Answer</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Add note</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>Attach a link</source>
        <translation>Attach a link</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Canned replies</translation>
    </message>
    <message>
        <source>Remove the attachments</source>
        <translation>Remove the attachments</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ConnectionModel</name>
    <message>
        <source>slow</source>
        <translation>slow</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transport</translation>
    </message>
    <message>
        <source>User</source>
        <translation>User</translation>
    </message>
    <message>
        <source>Dialog</source>
        <translation>Dialog</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Age</translation>
    </message>
    <message>
        <source>Last pong</source>
        <translation>Last pong</translation>
    </message>
    <message>
        <source>In</source>
        <translation>In</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Out</translation>
    </message>
    <message>
        <source>State</source>
        <translation>State</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ConnectionsWindow</name>
    <message>
        <source>Not read: %1</source>
        <translation>Not read: %1</translation>
    </message>
    <message>
        <source>%1 shown of %2</source>
        <translation>%1 shown of %2</translation>
    </message>
    <message>
        <source>Export connections</source>
        <translation>Export connections</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Connections</translation>
    </message>
    <message>
        <source>Rooms</source>
        <translation>Rooms</translation>
    </message>
    <message>
        <source>Operators</source>
        <translation>Operators</translation>
    </message>
    <message>
        <source>User, dialog, address, transport</source>
        <translation>User, dialog, address, transport</translation>
    </message>
    <message>
        <source>Slow ones only</source>
        <translation>Slow ones only</translation>
    </message>
    <message>
        <source>Read anew</source>
        <translation>Read anew</translation>
    </message>
    <message>
        <source>Export as CSV</source>
        <translation>Export as CSV</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>Room</translation>
    </message>
    <message>
        <source>Close connection</source>
        <translation>Close connection</translation>
    </message>
    <message>
        <source>Close all of this user</source>
        <translation>Close all of this user</translation>
    </message>
    <message>
        <source>New operator…</source>
        <translation>New operator…</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Change…</translation>
    </message>
</context>
<context>
    <name>signalbox::console::CustomerTab</name>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>vip, billing</source>
        <translation>vip, billing</translation>
    </message>
    <message>
        <source>Tags, separated by commas</source>
        <translation>Tags, separated by commas</translation>
    </message>
    <message>
        <source>Dialog %1</source>
        <translation>Dialog %1</translation>
    </message>
    <message>
        <source>Who the guest is appears here.</source>
        <translation>Who the guest is appears here.</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Began</translation>
    </message>
    <message>
        <source>Last message</source>
        <translation>Last message</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Last operator</source>
        <translation>Last operator</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistant</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DemoBackend</name>
    <message>
        <source>The practice network is unplugged.</source>
        <translation>The practice network is unplugged.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DeskCommands</name>
    <message>
        <source>Nobody needs you now.</source>
        <translation>Nobody needs you now.</translation>
    </message>
    <message>
        <source>%1 whispers: %2</source>
        <translation>%1 whispers: %2</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>The queue is empty.</source>
        <translation>The queue is empty.</translation>
    </message>
    <message>
        <source>%1: given back to the AI</source>
        <translation>%1: given back to the AI</translation>
    </message>
    <message>
        <source>%1: passed on</source>
        <translation>%1: passed on</translation>
    </message>
    <message>
        <source>%1: handoff cancelled</source>
        <translation>%1: handoff cancelled</translation>
    </message>
    <message>
        <source>%1: finished</source>
        <translation>%1: finished</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>%1 took it %2 s before you</source>
        <translation>%1 took it %2 s before you</translation>
    </message>
    <message>
        <source>%1 has it already</source>
        <translation>%1 has it already</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Saved: %1</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Not saved: %1</translation>
    </message>
    <message>
        <source>Export this dialog</source>
        <translation>Export this dialog</translation>
    </message>
    <message>
        <source>Text (*.txt);;Table (*.csv)</source>
        <translation>Text (*.txt);;Table (*.csv)</translation>
    </message>
    <message>
        <source>Export the list</source>
        <translation>Export the list</translation>
    </message>
    <message>
        <source>Diagnostics are on the clipboard.</source>
        <translation>Diagnostics are on the clipboard.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DetailsPane</name>
    <message>
        <source>Guest</source>
        <translation>Guest</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Health</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Who is connected to the server, its rooms, and the operators of the desk.</source>
        <translation>Who is connected to the server, its rooms, and the operators of the desk.</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>Connections…</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DialogDelegate</name>
    <message>
        <source>%1 is typing…</source>
        <translation>%1 is typing…</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DialogListModel</name>
    <message>
        <source>Visitor %1</source>
        <translation>Visitor %1</translation>
    </message>
    <message>
        <source>Visitor</source>
        <translation>Visitor</translation>
    </message>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>waiting %n s</source>
        <translation>
            <numerusform>waiting %n second</numerusform>
            <numerusform>waiting %n seconds</numerusform>
        </translation>
    </message>
    <message>
        <source>mine</source>
        <translation>mine</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>draft</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DialogPane</name>
    <message>
        <source>Queue</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Mine</translation>
    </message>
    <message>
        <source>All</source>
        <translation>All</translation>
    </message>
    <message>
        <source>Search dialogs</source>
        <translation>Search dialogs</translation>
    </message>
    <message>
        <source>Unread only</source>
        <translation>Unread only</translation>
    </message>
    <message>
        <source>Closed ones too</source>
        <translation>Closed ones too</translation>
    </message>
    <message>
        <source>Lists of dialogs</source>
        <translation>Lists of dialogs</translation>
    </message>
    <message>
        <source>My dialogs</source>
        <translation>My dialogs</translation>
    </message>
    <message>
        <source>All dialogs</source>
        <translation>All dialogs</translation>
    </message>
    <message>
        <source>Nobody is waiting</source>
        <translation>Nobody is waiting</translation>
    </message>
    <message>
        <source>Whoever needs a human appears here.</source>
        <translation>Whoever needs a human appears here.</translation>
    </message>
    <message>
        <source>Nothing on your desk</source>
        <translation>Nothing on your desk</translation>
    </message>
    <message>
        <source>Take a dialog from the queue.</source>
        <translation>Take a dialog from the queue.</translation>
    </message>
    <message>
        <source>%1 takes the most urgent one.</source>
        <translation>%1 takes the most urgent one.</translation>
    </message>
    <message>
        <source>No dialogs here</source>
        <translation>No dialogs here</translation>
    </message>
    <message>
        <source>Nothing fits the search and the filters.</source>
        <translation>Nothing fits the search and the filters.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::EndOfShift</name>
    <message>
        <source>Quit</source>
        <translation>Quit</translation>
    </message>
    <message numerus="yes">
        <source>You still have %n dialog(s)</source>
        <translation>
            <numerusform>You still have %n dialog</numerusform>
            <numerusform>You still have %n dialogs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are not sent yet</source>
        <translation>
            <numerusform>%n message is not sent yet</numerusform>
            <numerusform>%n messages are not sent yet</numerusform>
        </translation>
    </message>
    <message>
        <source>What is not sent is kept on this computer and goes out at the next start.</source>
        <translation>What is not sent is kept on this computer and goes out at the next start.</translation>
    </message>
    <message>
        <source>Guests may go on waiting for you. Give the dialogs back if your shift is over.</source>
        <translation>Guests may go on waiting for you. Give the dialogs back if your shift is over.</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Stay</translation>
    </message>
    <message>
        <source>Return all and quit</source>
        <translation>Return all and quit</translation>
    </message>
</context>
<context>
    <name>signalbox::console::GapStrip</name>
    <message>
        <source>Visitor %1</source>
        <translation>Visitor %1</translation>
    </message>
    <message>
        <source>%1: taken by %2</source>
        <translation>%1: taken by %2</translation>
    </message>
    <message>
        <source>%1: new</source>
        <translation>%1: new</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n new</source>
        <translation>
            <numerusform>%1: %n new</numerusform>
            <numerusform>%1: %n new</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: closed</source>
        <translation>%1: closed</translation>
    </message>
    <message numerus="yes">
        <source>%n dialog(s) changed while you were away %1</source>
        <translation>
            <numerusform>%n dialog changed while you were away %1</numerusform>
            <numerusform>%n dialogs changed while you were away %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>Put away</translation>
    </message>
</context>
<context>
    <name>signalbox::console::HandoffCardView</name>
    <message>
        <source>The AI asks for a human</source>
        <translation>The AI asks for a human</translation>
    </message>
    <message>
        <source>Tried: %1</source>
        <translation>Tried: %1</translation>
    </message>
    <message>
        <source>Handoff from the AI: %1. %2</source>
        <translation>Handoff from the AI: %1. %2</translation>
    </message>
    <message>
        <source>Unfold the card</source>
        <translation>Unfold the card</translation>
    </message>
    <message>
        <source>Fold the card</source>
        <translation>Fold the card</translation>
    </message>
</context>
<context>
    <name>signalbox::console::HealthTab</name>
    <message>
        <source>Queue</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>Events per second</source>
        <translation>Events per second</translation>
    </message>
    <message>
        <source>From event to screen</source>
        <translation>From event to screen</translation>
    </message>
    <message>
        <source>From Enter to server</source>
        <translation>From Enter to server</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>Round trip</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>All parts are well</source>
        <translation>All parts are well</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alerts</translation>
    </message>
</context>
<context>
    <name>signalbox::console::HttpBackend</name>
</context>
<context>
    <name>signalbox::console::LoginWindow</name>
    <message>
        <source>Login or password is wrong. Ask an administrator if you have forgotten it.</source>
        <translation>Login or password is wrong. Ask an administrator if you have forgotten it.</translation>
    </message>
    <message>
        <source>Too many attempts. Wait a little, then try again.</source>
        <translation>Too many attempts. Wait a little, then try again.</translation>
    </message>
    <message>
        <source>There is no desk at this address. Check it with your administrator.</source>
        <translation>There is no desk at this address. Check it with your administrator.</translation>
    </message>
    <message>
        <source>Another console works with this account on this computer. Close it first.</source>
        <translation>Another console works with this account on this computer. Close it first.</translation>
    </message>
    <message>
        <source>This account may not use the console.</source>
        <translation>This account may not use the console.</translation>
    </message>
    <message>
        <source>The server does not answer. Check the address and your connection, then try again.</source>
        <translation>The server does not answer. Check the address and your connection, then try again.</translation>
    </message>
    <message>
        <source>Signalbox</source>
        <translation>Signalbox</translation>
    </message>
    <message>
        <source>Good to see you</source>
        <translation>Good to see you</translation>
    </message>
    <message>
        <source>Log in to your support desk.</source>
        <translation>Log in to your support desk.</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Login</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>desk.example.com</source>
        <translation>desk.example.com</translation>
    </message>
    <message>
        <source>Stay logged in on this computer</source>
        <translation>Stay logged in on this computer</translation>
    </message>
    <message>
        <source>A server was found on this computer.</source>
        <translation>A server was found on this computer.</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Logging in…</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Log in</translation>
    </message>
    <message>
        <source>Practice without a server</source>
        <translation>Practice without a server</translation>
    </message>
    <message>
        <source>Русский</source>
        <comment>the other language, in that language</comment>
        <translation>Русский</translation>
    </message>
</context>
<context>
    <name>signalbox::console::MainWindow</name>
    <message>
        <source>&amp;Dialog</source>
        <translation>&amp;Dialog</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Go</translation>
    </message>
    <message>
        <source>&amp;Console</source>
        <translation>&amp;Console</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Help</translation>
    </message>
    <message>
        <source>Signalbox – practice</source>
        <translation>Signalbox – practice</translation>
    </message>
    <message>
        <source>Signalbox</source>
        <translation>Signalbox</translation>
    </message>
</context>
<context>
    <name>signalbox::console::MessageLayout</name>
    <message>
        <source>New messages</source>
        <translation>New messages</translation>
    </message>
    <message>
        <source>Internal note · %1</source>
        <translation>Internal note · %1</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>edited</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Not sent</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Retry</translation>
    </message>
</context>
<context>
    <name>signalbox::console::MessageMenu</name>
    <message>
        <source>Copy text</source>
        <translation>Copy text</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Edit…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Retry</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Notices</name>
    <message>
        <source>Signalbox goes on</source>
        <translation>Signalbox goes on</translation>
    </message>
    <message>
        <source>It stays in the tray and tells you when somebody waits.</source>
        <translation>It stays in the tray and tells you when somebody waits.</translation>
    </message>
    <message>
        <source>You seem to be away. Guests still see you as available.</source>
        <translation>You seem to be away. Guests still see you as available.</translation>
    </message>
    <message>
        <source>Set me away</source>
        <translation>Set me away</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Notifier</name>
    <message>
        <source>Open</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Take</translation>
    </message>
</context>
<context>
    <name>signalbox::console::OperatorDialog</name>
    <message>
        <source>Disabled: cannot log in</source>
        <translation>Disabled: cannot log in</translation>
    </message>
    <message>
        <source>New operator</source>
        <translation>New operator</translation>
    </message>
    <message>
        <source>At least 8 characters</source>
        <translation>At least 8 characters</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Unchanged</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Director</source>
        <translation>Director</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Login</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>Dialogs at once</source>
        <translation>Dialogs at once</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Outbox</name>
    <message>
        <source>Too many messages wait to be sent.</source>
        <translation>Too many messages wait to be sent.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::PaletteView</name>
    <message>
        <source>A dialog, a command, a canned reply…</source>
        <translation>A dialog, a command, a canned reply…</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>What was found</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Reminder</name>
    <message>
        <source>%1 is waiting</source>
        <translation>%1 is waiting</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Session</name>
    <message>
        <source>The server did not answer in time.</source>
        <translation>The server did not answer in time.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>never</source>
        <translation>never</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Look</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>As the system</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Theme</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Text size</translation>
    </message>
    <message>
        <source>px</source>
        <translation>px</translation>
    </message>
    <message>
        <source>Things may move</source>
        <translation>Things may move</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Notices</translation>
    </message>
    <message>
        <source>Show notices on the desktop</source>
        <translation>Show notices on the desktop</translation>
    </message>
    <message>
        <source>Sound while somebody waits in the queue</source>
        <translation>Sound while somebody waits in the queue</translation>
    </message>
    <message>
        <source>Sound when a guest of mine writes</source>
        <translation>Sound when a guest of mine writes</translation>
    </message>
    <message>
        <source>Sound when a dialog is given to me</source>
        <translation>Sound when a dialog is given to me</translation>
    </message>
    <message>
        <source>Repeat while somebody waits</source>
        <translation>Repeat while somebody waits</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volume</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>Listen</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Work</translation>
    </message>
    <message>
        <source>An answer is promised within</source>
        <translation>An answer is promised within</translation>
    </message>
    <message>
        <source>Suggest going away after</source>
        <translation>Suggest going away after</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>Closing the window leaves the console in the tray</source>
        <translation>Closing the window leaves the console in the tray</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ShortcutSheet</name>
    <message>
        <source>Keyboard</source>
        <translation>Keyboard</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>Search keys</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>New key</translation>
    </message>
    <message>
        <source>Press a key</source>
        <translation>Press a key</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>Switch off</translation>
    </message>
    <message>
        <source>All as usual</source>
        <translation>All as usual</translation>
    </message>
    <message>
        <source>Press the new key in the field below.</source>
        <translation>Press the new key in the field below.</translation>
    </message>
    <message>
        <source>Choose a line to give it another key or to switch it off.</source>
        <translation>Choose a line to give it another key or to switch it off.</translation>
    </message>
    <message>
        <source>“%1” has this key.</source>
        <translation>“%1” has this key.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::SseStream</name>
    <message>
        <source>The server is silent.</source>
        <translation>The server is silent.</translation>
    </message>
    <message>
        <source>An event without an end.</source>
        <translation>An event without an end.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::StatusLine</name>
    <message>
        <source>Practice</source>
        <translation>Practice</translation>
    </message>
    <message>
        <source>Connected · %1 ms</source>
        <translation>Connected · %1 ms</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Connected</translation>
    </message>
    <message>
        <source>No connection, again in %1 s</source>
        <translation>No connection, again in %1 s</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Connecting…</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Loading…</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Refused</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Connection: %1</source>
        <translation>Connection: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n unsent</numerusform>
            <numerusform>%n unsent</numerusform>
        </translation>
    </message>
    <message>
        <source>Queue %1</source>
        <translation>Queue %1</translation>
    </message>
    <message>
        <source>Length of the queue</source>
        <translation>Length of the queue</translation>
    </message>
    <message>
        <source>do not disturb until %1</source>
        <translation>do not disturb until %1</translation>
    </message>
    <message>
        <source>My status: %1</source>
        <translation>My status: %1</translation>
    </message>
    <message>
        <source>late by %1</source>
        <translation>late by %1</translation>
    </message>
    <message>
        <source>next answer in %1</source>
        <translation>next answer in %1</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Available</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Away</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>Do not disturb</translation>
    </message>
    <message>
        <source>15 minutes</source>
        <translation>15 minutes</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 hour</translation>
    </message>
    <message>
        <source>Until I change it</source>
        <translation>Until I change it</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TeamDelegate</name>
    <message>
        <source>available</source>
        <translation>available</translation>
    </message>
    <message>
        <source>away</source>
        <translation>away</translation>
    </message>
    <message>
        <source>do not disturb</source>
        <translation>do not disturb</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TeamModel</name>
    <message>
        <source>%1, %2, %3 of %4 dialogs</source>
        <translation>%1, %2, %3 of %4 dialogs</translation>
    </message>
    <message>
        <source>online</source>
        <translation>online</translation>
    </message>
    <message>
        <source>away</source>
        <translation>away</translation>
    </message>
    <message>
        <source>do not disturb</source>
        <translation>do not disturb</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadHeader</name>
    <message>
        <source>with the AI</source>
        <translation>with the AI</translation>
    </message>
    <message>
        <source>reserved for %1</source>
        <translation>reserved for %1</translation>
    </message>
    <message>
        <source>in the queue</source>
        <translation>in the queue</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>yours</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>closed</translation>
    </message>
    <message>
        <source>%1 is writing here</source>
        <translation>%1 is writing here</translation>
    </message>
    <message>
        <source>waits %1</source>
        <translation>waits %1</translation>
    </message>
    <message>
        <source>Taking…</source>
        <translation>Taking…</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Finish</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Reopen</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Take over</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Take</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Transfer</translation>
    </message>
    <message>
        <source>To the queue</source>
        <translation>To the queue</translation>
    </message>
    <message>
        <source>More</source>
        <translation>More</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadModel</name>
    <message>
        <source>An operator</source>
        <translation>An operator</translation>
    </message>
    <message>
        <source>%1 joined</source>
        <translation>%1 joined</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 left</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Yesterday</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>d MMMM</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>d MMMM yyyy</translation>
    </message>
    <message>
        <source>Unread from here</source>
        <translation>Unread from here</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Internal note</translation>
    </message>
    <message>
        <source>not sent: %1</source>
        <translation>not sent: %1</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadPane</name>
    <message>
        <source>Copied</source>
        <translation>Copied</translation>
    </message>
    <message>
        <source>Not in what is loaded</source>
        <translation>Not in what is loaded</translation>
    </message>
    <message>
        <source>The visitor</source>
        <translation>The visitor</translation>
    </message>
    <message>
        <source>The AI</source>
        <translation>The AI</translation>
    </message>
    <message>
        <source>%1 is typing…</source>
        <translation>%1 is typing…</translation>
    </message>
    <message>
        <source>No dialog is open</source>
        <translation>No dialog is open</translation>
    </message>
    <message>
        <source>Choose one at the left, or let the console choose: Alt+A.</source>
        <translation>Choose one at the left, or let the console choose: Alt+A.</translation>
    </message>
    <message>
        <source>Search this dialog, Enter goes upwards</source>
        <translation>Search this dialog, Enter goes upwards</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadView</name>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>To the end</translation>
    </message>
    <message>
        <source>The server had it after %1 ms.</source>
        <translation>The server had it after %1 ms.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TimeText</name>
    <message>
        <source>%1 d</source>
        <comment>days</comment>
        <translation>%1 d</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Yesterday</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes</comment>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Tokens</name>
    <message>
        <source>Log in with your password.</source>
        <translation>Log in with your password.</translation>
    </message>
    <message>
        <source>Log in again.</source>
        <translation>Log in again.</translation>
    </message>
    <message>
        <source>The server&apos;s answer cannot be read.</source>
        <translation>The server&apos;s answer cannot be read.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TransferDialog</name>
    <message>
        <source>Transfer %1</source>
        <translation>Transfer %1</translation>
    </message>
    <message>
        <source>Operators</source>
        <translation>Operators</translation>
    </message>
    <message>
        <source>To whom?</source>
        <translation>To whom?</translation>
    </message>
    <message>
        <source>What should the other one know?</source>
        <translation>What should the other one know?</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>To the queue</source>
        <translation>To the queue</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Transfer to %1</source>
        <translation>Transfer to %1</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Transfer</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Tray</name>
    <message numerus="yes">
        <source>Signalbox: %n waiting</source>
        <translation>
            <numerusform>Signalbox: %n waiting</numerusform>
            <numerusform>Signalbox: %n waiting</numerusform>
        </translation>
    </message>
    <message>
        <source>Signalbox: not connected</source>
        <translation>Signalbox: not connected</translation>
    </message>
    <message>
        <source>Open Signalbox</source>
        <translation>Open Signalbox</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Available</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Away</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>Do not disturb</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quit</translation>
    </message>
</context>
<context>
    <name>signalbox::console::WebSocketStream</name>
    <message>
        <source>The server is silent.</source>
        <translation>The server is silent.</translation>
    </message>
</context>
</TS>
