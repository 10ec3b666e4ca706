// Chromium, and what must be true of every page that a journey opens.

import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

export const SCREENS = {
  phone: { width: 390, height: 844 },
  desk: { width: 1280, height: 900 },
};

/** How long anything may take before a journey gives up: no journey passes or fails by being quick. */
export const PATIENCE = 30_000;

/** How often Chromium is tried: now and then it dies while it starts, which says nothing of the portal. */
const STARTS = 3;

export async function openBrowser() {
  const program = {
    executablePath: findChromium(),
    // Chromium has no sandbox for root, and CI is root.
    chromiumSandbox: process.getuid?.() !== 0,
    // What it would otherwise ask of its maker's servers.
    args: ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  };
  for (let start = 1; ; start += 1) {
    try {
      return await chromium.launch(program);
    } catch (error) {
      if (start === STARTS) throw error;
      console.log(`Chromium did not start, and is started again: ${error.message.split('\n')[0]}`);
    }
  }
}

/** A visitor: one window, and a note of all that no page may do. */
export async function openWindow(browser, origin, { screen, script = true, excuses = [], ...more }) {
  const context = await browser.newContext({ baseURL: origin, viewport: SCREENS[screen], javaScriptEnabled: script, locale: 'fr-FR', ...more });
  context.setDefaultTimeout(PATIENCE);
  const misdeeds = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|about|blob):/.test(url)) misdeeds.push(`asks ${url}`);
  });
  // A form to mend is a page of status 422, which Chromium takes for an error of the site.
  const excused = [/the server responded with a status of 422/, ...excuses];
  context.on('console', (message) => {
    const words = `says ${message.text()} (${message.location().url})`;
    if (message.type() === 'error' && !excused.some((excuse) => excuse.test(words))) misdeeds.push(words);
  });
  context.on('weberror', (error) => misdeeds.push(`throws ${error.error()}`));
  return { context, page: await context.newPage(), misdeeds };
}

/** Keeps what the page looks like, and says where. */
export async function keepPicture(page, name) {
  pictures ??= await mkdtemp(join(tmpdir(), 'portail-images-'));
  const path = join(pictures, `${name.normalize('NFD').replace(/[^\w]+/g, '-')}.png`);
  await page.screenshot({ path, fullPage: true });
  console.log(`what the page looked like: ${path} (${page.url()})`);
}

let pictures;

function findChromium() {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(Boolean);
  const folders = ['', ...(process.env.PATH ?? '').split(delimiter)];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => path.startsWith('/') && existsSync(path));
  if (!found) throw new Error('no Chromium: install the Debian package chromium, or name the program in CHROMIUM');
  return found;
}
