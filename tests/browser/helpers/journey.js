// One test a journey and screen: a portal for the file, a fresh window for each.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { SCREENS, keepPicture, openBrowser, openWindow } from './browser.js';
import { startPortal } from './portal.js';

/**
 * Declares the journeys of a file. `define` receives `journey(name, options, walk)`; options are
 * those of the window (`script: false`; `excuses`, for what the console may say), `screens`, all of
 * them unless said, and `patience`, in milliseconds, for what is long.
 */
export function journeys(title, define) {
  describe(title, () => {
    let portal;
    let browser;
    before(async () => {
      portal = await startPortal();
      browser = await openBrowser();
    });
    after(async () => {
      await browser?.close();
      await portal?.stop();
    });

    define((name, ...rest) => {
      const walk = rest.pop();
      const { screens = Object.keys(SCREENS), patience = 180_000, ...options } = rest.pop() ?? {};
      for (const screen of screens) {
        const full = `${name} (${screen})`;
        it(full, { timeout: patience }, async () => {
          const { context, page, misdeeds } = await openWindow(browser, portal.url, { screen, ...options });
          try {
            await walk({ page, context, portal, screen });
            assert.deepEqual(misdeeds, [], 'a page did what none may do');
          } catch (error) {
            await keepPicture(page, full);
            throw error;
          } finally {
            await context.close();
          }
        });
      }
    });
  });
}

/**
 * Takes as long as a person does to fill in a form: what is sent sooner looks like a robot's, and
 * waits in quarantine.
 */
export async function takeOnesTime(page) {
  await page.waitForTimeout(2_100);
}

/** Looks until `look` gives something, and returns it. */
export async function eventually(awaited, look, patience = 30_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `waited ${patience} ms in vain until ${awaited}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The paths of all pages that the portal tells search engines about. */
export async function sitemap(portal) {
  const text = await (await fetch(`${portal.url}/sitemap.xml`)).text();
  const paths = [...text.matchAll(/<loc>https:\/\/portail\.exemple\.fr([^<]*)/g)].map(([, path]) => path);
  assert.ok(paths.length > 100, `the sitemap names ${paths.length} pages`);
  return paths;
}

/** The paths of all forms that the portal offers. */
export async function forms(portal) {
  const text = await (await fetch(`${portal.url}/formulaires/`)).text();
  const paths = [...new Set([...text.matchAll(/href="(\/formulaires\/[^"/?]+\/)/g)].map(([, path]) => path))];
  assert.ok(paths.length >= 10, `the portal offers ${paths}`);
  return paths;
}

/** What has the focus; null when it is the page itself. */
export function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    window.stops ??= [];
    if (!window.stops.includes(element)) window.stops.push(element);
    return {
      id: window.stops.indexOf(element),
      name: element.getAttribute('name'),
      href: element.getAttribute('href'),
      text: (element.textContent || element.getAttribute('aria-label') || element.id).trim().replace(/\s+/g, ' '),
      inMenu: element.closest('.menu') !== null,
      outlined: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none',
      visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
  });
}

/** Presses Tab until the focus is where `wanted` says. */
export async function tabTo(page, wanted) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop && wanted(stop)) return;
  }
  assert.fail(`Tab never leads to ${wanted}`);
}
