import assert from 'node:assert/strict';

import { assertAccessible } from './helpers/accessible.js';
import { journeys, takeOnesTime } from './helpers/journey.js';

journeys('Somebody writes what looks like health data', (journey) => {
  for (const script of [true, false]) {
    journey(`is warned, and mends it ${script ? 'with' : 'without'} script`, { script }, async ({ page }) => {
      await page.goto('/formulaires/post-it/?espace=geriatrie');
      await page.getByLabel('Votre message').fill('Merci à tous : mes lombaires vont mieux depuis mon arrêt !');
      await page.getByRole('radio', { name: 'Vert' }).check();
      await page.getByRole('radio', { name: 'Non' }).first().check();
      await takeOnesTime(page);
      await page.getByRole('button', { name: 'Envoyer mon post-it' }).click();

      await page.getByText('ressemble à').first().waitFor();
      await page.getByRole('button', { name: 'Envoyer quand même' }).waitFor();
      if (script) await assertAccessible(page);
      await page.getByRole('button', { name: 'Modifier' }).click();
      const message = page.getByLabel('Votre message');
      assert.match(await message.inputValue(), /lombaires/);
      await message.fill('Merci à tous pour votre accueil !');
      await page.getByRole('button', { name: 'Envoyer mon post-it' }).click();
      await page.getByRole('heading', { level: 1, name: 'Votre post-it est arrivé' }).waitFor();
    });
  }
});
