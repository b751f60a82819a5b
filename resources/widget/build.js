// SPDX-License-Identifier: GPL-3.0-or-later
// node build.js [FILE]   Bundles the widget into one script, served/widget.js unless another file is named.
import { build, transform } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const TARGET = ['chrome94', 'firefox101', 'safari16.4'];

/** Style sheets are text, minified. */
const styles = {
    name: 'styles',
    setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: TARGET });
        return { contents: code.trim(), loader: 'text' };
    }),
};

/** Names of our own members that are nobody else's: no JSON, DOM or stored text has them. */
const OWN = ['delivery', 'isEdited', 'hasOlder', 'staffRead', 'guestRead', 'estimatedWait', 'isPassing', 'retryAfterMs',
    'hasMore', 'loadOlder', 'callHuman', 'cancelHuman', 'requestHandoff', 'cancelHandoff', 'markRead', 'setVisible', 'senderName',
    'systemType', 'clientMessageId', 'editedAt', 'snapshot', 'credential', 'resend', 'discard', 'heading', 'lived', 'unloaded',
    'renewed', 'canSend', 'statusNone', 'statusQueued', 'statusClosed', 'connecting', 'hello', 'older', 'newer',
    'refused', 'minutes', 'server', 'sender', 'language',
    'toEnd', 'alive', 'opened', 'hear', 'final', 'again', 'items', 'epoch', 'offset', 'accessToken', 'pollMs', 'timestamp', 'guestName',
    'store', 'kilobytes', 'soon', 'human'];

const { outputFiles } = await build({
    entryPoints: [here('src/main.ts')],
    absWorkingDir: here('.'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: TARGET,
    mangleProps: new RegExp(`^(${OWN.join('|')})$`),
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: '/* Signalbox widget, GPL-3.0-or-later */' },
    plugins: [styles],
    write: false,
});
await writeFile(process.argv[2] ?? here('served/widget.js'), outputFiles[0].contents);
