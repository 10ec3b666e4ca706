import assert from 'node:assert/strict';

import { forms, journeys, sitemap } from './helpers/journey.js';

journeys('Every page fits its screen', (journey) => {
  journey('nothing has to be scrolled sideways, from 320 px up', { screens: ['desk'], patience: 1_200_000 }, async ({ page, portal }) => {
    const wide = [];
    for (const path of [...(await sitemap(portal)), ...(await forms(portal))]) {
      await page.goto(path);
      for (const width of [320, 390, 768, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const needed = await page.evaluate(() => document.documentElement.scrollWidth);
        if (needed > width) wide.push(`${path} needs ${needed} px of ${width}`);
      }
    }
    assert.deepEqual(wide, []);
  });
});
