import assert from 'node:assert/strict';

import { journeys } from './helpers/journey.js';

const GUIDE = '/savoir-faire/guides/creer-un-groupe/';

journeys('Somebody reads a guide', (journey) => {
  journey('its steps are numbered and each has a list to go through', async ({ page }) => {
    await page.goto(GUIDE);
    const steps = page.locator('.etape');
    const count = await steps.count();
    assert.ok(count >= 5, `${count} steps`);
    for (let at = 0; at < count; at += 1) {
      const step = steps.nth(at);
      assert.equal((await step.locator('.etape__numero').innerText()).trim(), String(at + 1));
      assert.ok((await step.getByRole('checkbox').count()) > 0, `step ${at + 1} has nothing to tick`);
    }
    // The table of steps leads to each of them.
    await page.locator('.sommaire a').last().click();
    await page.waitForFunction(() => {
      const top = document.querySelector(location.hash || 'none')?.getBoundingClientRect().top;
      return top !== undefined && top >= 0 && top < innerHeight;
    });
  });

  journey('what is ticked is still ticked after a reload, until everything is unticked', async ({ page }) => {
    await page.goto(GUIDE);
    const list = page.locator('.etape').first().getByRole('checkbox');
    const count = await list.count();
    assert.equal(await list.first().getAttribute('aria-checked'), 'false');
    await list.first().click();
    await page.getByText(`1 sur ${count}`).first().waitFor();

    await page.reload();
    await page.getByText(`1 sur ${count}`).first().waitFor();
    assert.equal(await list.first().getAttribute('aria-checked'), 'true');
    assert.equal(await list.nth(1).getAttribute('aria-checked'), 'false');

    await page.getByRole('button', { name: 'Tout décocher' }).click();
    await page.reload();
    assert.equal(await list.first().getAttribute('aria-checked'), 'false');
  });

  journey('without script the lists are plain lists', { script: false }, async ({ page }) => {
    await page.goto(GUIDE);
    const items = page.locator('.etape').first().locator('ul li');
    assert.ok((await items.count()) > 0);
    for (const item of await items.all()) {
      assert.ok(await item.isVisible());
      assert.ok((await item.innerText()).trim().length > 3);
    }
    assert.equal(await page.getByRole('checkbox').count(), 0);
    assert.equal(await page.getByRole('button').count(), 0);
  });
});
