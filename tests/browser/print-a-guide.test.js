import assert from 'node:assert/strict';

import { journeys } from './helpers/journey.js';

journeys('Somebody prints a guide', (journey) => {
  for (const script of [true, false]) {
    journey(`the paper holds the steps and no menu ${script ? 'with' : 'without'} script`, { script, screens: ['desk'] }, async ({ page }) => {
      await page.goto('/savoir-faire/guides/creer-un-groupe/');
      const steps = await page.locator('.etape__titre').allInnerTexts();
      await page.emulateMedia({ media: 'print' });

      for (const part of ['nav', '.evitement', 'button.bouton', '.pied']) {
        for (const one of await page.locator(part).all()) assert.ok(!(await one.isVisible()), `${part} is printed`);
      }
      assert.deepEqual(await page.locator('.etape__titre:visible').allInnerTexts(), steps);
      assert.ok((await page.locator('.taches li:visible').count()) > 10);

      const paper = await page.pdf({ format: 'A4' });
      assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
      const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      assert.ok(pages > 1 && pages < 20, `${pages} pages of paper`);
    });
  }
});
