// SPDX-License-Identifier: GPL-3.0-or-later
// What is built from the TypeScript: the client's package, the widget's one file.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BOUND = { timeout: 120_000 };
const MOST_GZIPPED_BYTES = 15 * 1024;
const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
let folder;

before(async () => { folder = await mkdtemp(join(tmpdir(), 'signalbox-package-')); });
after(() => rm(folder, { recursive: true, force: true }));

test('the package has what it should, no more, and can be imported with its types', BOUND, async () => {
    // In a copy: two runs at once would pack each other's half-written files.
    const source = join(folder, 'client');
    await cp(join(root, 'packages/client'), source, { recursive: true, filter: (path) => !/node_modules|\/dist$/.test(path) });
    await symlink(join(root, 'packages/client/node_modules'), join(source, 'node_modules'));
    const { stdout } = await run('npm', ['pack', '--json', '--foreground-scripts=false', '--pack-destination', folder], { cwd: source });
    const report = JSON.parse(stdout.slice(stdout.indexOf('[')));
    const [{ filename, files }] = Array.isArray(report) ? report : Object.values(report);
    const modules = (await readdir(join(root, 'packages/client/src'))).map((name) => name.replace(/\.ts$/, ''));
    assert.deepEqual(files.map(({ path }) => path).sort(),
        ['LICENSE', 'README.md', ...modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]), 'package.json'].sort());

    const user = join(folder, 'user');
    await cp(join(root, 'tests/e2e/page/user'), user, { recursive: true });
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--no-save', join(folder, filename)], { cwd: user });
    assert.equal((await run(process.execPath, ['user.mjs'], { cwd: user })).stdout.trim(), 'function function function stopped');
    const compiler = join(root, 'packages/client/node_modules/typescript/bin/tsc');
    const check = [compiler, '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2021', '--skipDefaultLibCheck', 'typed.ts'];
    await run(process.execPath, check, { cwd: user });
    const text = await readFile(join(user, 'typed.ts'), 'utf8');
    await writeFile(join(user, 'typed.ts'), text.replace("'https://chat.example'", '17'));
    await assert.rejects(run(process.execPath, check, { cwd: user }), ({ stdout: complaint }) => complaint.includes("'number' is not assignable"));
    const { dependencies } = JSON.parse(await readFile(join(user, 'node_modules/@signalbox/client/package.json'), 'utf8'));
    assert.equal(dependencies, undefined);
});

test('the widget that is served is what its source makes, type-checked and small', BOUND, async () => {
    const built = join(folder, 'widget.js');
    const widget = join(root, 'resources/widget');
    await run(process.execPath, [join(widget, 'node_modules/typescript/bin/tsc'), '-p', widget]);
    await run(process.execPath, [join(widget, 'build.js'), built]);
    const served = await readFile(join(widget, 'served/widget.js'));
    assert.ok(served.equals(await readFile(built)), 'run "npm ci && npm run build" in resources/widget, and commit served/widget.js');
    const { stdout: size } = await run('bash', ['-c', 'gzip -9c "$1" | wc -c', 'size', join(widget, 'served/widget.js')]);
    assert.ok(Number(size) <= MOST_GZIPPED_BYTES, `${size} bytes`);
    assert.doesNotMatch(served.toString(), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
});
