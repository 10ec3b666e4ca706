// What axe-core finds on a page: all A and AA rules of WCAG 2.1, and those of RGAA 4.
// It finds what a machine can find; it proves no conformity.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
const PORTAL = [...WCAG, 'RGAAv4'];

/** What is wrong, a line for each element. */
export async function faults(page, tags = PORTAL) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(
    // A frame is checked by opening it as a page of its own.
    async (values) => (await globalThis.axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'], iframes: false })).violations,
    tags,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary.replace(/\s+/g, ' ')}`),
  );
}

/** Fails when axe-core finds something, in light or in dark. */
export async function assertAccessible(page) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], `${page.url()} in ${colorScheme}`);
  }
}

/** The same for the HTML of a mail, which is no page of a site: it has no landmarks, and its reader chooses the paper. */
export async function assertReadableMail(page) {
  await page.emulateMedia({ colorScheme: 'light' });
  assert.deepEqual(await faults(page, WCAG), []);
}
