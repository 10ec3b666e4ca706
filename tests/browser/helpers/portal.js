// The real program, serving a copy of the content that a journey may edit.

import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAMS = process.env.PORTAIL_PROGRAMS ?? join(CHECKOUT, process.env.CARGO_TARGET_DIR ?? 'target', 'release');

/** Starts a demonstration in a folder of its own, with no configuration at all. */
export async function startPortal() {
  const folder = await mkdtemp(join(tmpdir(), 'portail-'));
  for (const part of ['content', 'themes']) await cp(join(CHECKOUT, part), join(folder, part), { recursive: true });
  const program = await start(join(PROGRAMS, 'forms-service'), ['--listen', '127.0.0.1:0'], folder);
  const file = (path) => join(folder, path);
  return {
    url: program.url,
    said: program.said,
    read: (path) => readFile(file(path), 'utf8'),
    /** Saves a file of the content, as an editor does. */
    write: (path, text) => writeFile(file(path), text),
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a program that serves the portal, and waits until it says where. */
export function start(command, args, cwd, patience = 60_000) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  return new Promise((resolve, reject) => {
    const give_up = (why) => {
      child.kill('SIGKILL');
      reject(new Error(`${command} ${args.join(' ')}: ${why}\n${said}`));
    };
    const timer = setTimeout(() => give_up(`did not say where it answers within ${patience} ms`), patience);
    child.once('error', (error) => give_up(error.message));
    ended.then((code) => give_up(`ended at once (${code})`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        const url = /http:\/\/127\.0\.0\.1:\d+(?=\/\s)/.exec(said)?.[0];
        if (!url) return;
        clearTimeout(timer);
        resolve({ url, said: () => said, stop: () => stop(child, ended, () => said) });
      });
    }
  });
}

async function stop(child, ended, said) {
  child.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`the portal ended with ${code}:\n${said()}`);
}
