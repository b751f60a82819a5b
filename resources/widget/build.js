// SPDX-License-Identifier: GPL-3.0-or-later
// node build.js [FILE]   Bundles the widget into one script, served/widget.js unless another file is named.
import { build, transform } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const TARGET = ['chrome94', 'firefox101', 'safari16.4'];

/** Style sheets are text, minified. */
const styles = {
    name: 'styles',
    setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: TARGET });
        return { contents: code.trim().replace(/(--[\w-]+): /g, '$1:'), loader: 'text' };
    }),
};

/** Names of our own members that are nobody else's: no JSON, DOM or stored text has them. */
const OWN = ['delivery', 'isEdited', 'hasOlder', 'staffRead', 'guestRead', 'estimatedWait', 'isPassing', 'retryAfterMs',
    'hasMore', 'loadOlder', 'callHuman', 'cancelHuman', 'requestHandoff', 'cancelHandoff', 'markRead', 'setVisible', 'senderName',
    'systemType', 'clientMessageId', 'editedAt', 'snapshot', 'credential', 'resend', 'discard', 'heading', 'lived', 'unloaded',
    'canSend', 'statusNone', 'statusQueued', 'statusClosed', 'connecting', 'hello', 'older', 'newer',
    'refused', 'minutes', 'server', 'sender', 'language',
    'toEnd', 'alive', 'opened', 'hear', 'final', 'again', 'items', 'epoch', 'offset', 'accessToken', 'pollMs', 'timestamp', 'guestName',
    'store', 'kilobytes', 'soon', 'human',
    'transcript', 'staffReadTo', 'guestReadTo', 'lastForeign', 'first', 'last', 'restart', 'pass', 'rest', 'wake', 'isOne', 'expiring',
    'event', 'warning', 'stored', 'merge', 'change', 'load', 'end', 'take', 'run', 'refuse', 'place', 'joined', 'cancel', 'edited',
    'lost'];

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
    plugins: [styles],
    write: false,
});
// What one minifier leaves the other finds: constants and functions with one use.
const { code } = await minify(outputFiles[0].text, {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3 },
    format: { preamble: '/* Signalbox widget, GPL-3.0-or-later */' },
});
await writeFile(process.argv[2] ?? here('served/widget.js'), `${code}\n`);
