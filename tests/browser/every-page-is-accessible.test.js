import assert from 'node:assert/strict';

import { faults } from './helpers/accessible.js';
import { forms, journeys, sitemap } from './helpers/journey.js';

journeys('axe-core goes through the portal', (journey) => {
  journey('it finds nothing on any page, in light or in dark', { patience: 1_200_000 }, async ({ context, portal }) => {
    const paths = [...(await sitemap(portal)), ...(await forms(portal))];
    const found = [];
    const walk = async () => {
      const page = await context.newPage();
      for (let path = paths.pop(); path; path = paths.pop()) {
        await page.goto(path);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          found.push(...(await faults(page)).map((fault) => `${path} in ${colorScheme}: ${fault}`));
        }
      }
    };
    await Promise.all([walk(), walk()]);
    assert.deepEqual(found.sort(), []);
  });
});
