import assert from 'node:assert/strict';

import { assertAccessible, assertReadableMail } from './helpers/accessible.js';
import { eventually, journeys, takeOnesTime } from './helpers/journey.js';

journeys('Somebody leaves a post-it', (journey) => {
  for (const script of [true, false]) {
    journey(`from the space to the moderators' mailbox ${script ? 'with' : 'without'} script`, { script }, async ({ page, screen }) => {
      const message = `Merci à l’équipe de nuit (${screen}, ${script})`;
      await page.goto('/faire/geriatrie/');
      await page.getByRole('main').getByRole('link', { name: /post-it/i }).and(page.locator('[href^="/formulaires/post-it/"]')).first().click();
      await page.waitForURL(/\/formulaires\/post-it\//);
      if (script) await assertAccessible(page);

      await page.getByLabel('Le service où l’afficher').selectOption('geriatrie');
      await page.getByLabel('Votre message').fill(message);
      await page.getByRole('radio', { name: 'Vert' }).check();
      await page.getByRole('radio', { name: 'Oui, je signe' }).check();
      await page.getByLabel('Le nom à afficher').fill('L’équipe du matin');
      await takeOnesTime(page);
      await page.getByRole('button', { name: 'Envoyer mon post-it' }).click();

      await page.getByRole('heading', { level: 1, name: 'Votre post-it est arrivé' }).waitFor();
      assert.match(page.url(), /\/formulaires\/post-it\/merci\//);
      const reference = (await page.locator('.recu__reference').innerText()).trim();
      assert.match(reference, /^[0-9A-Z-]{10,}$/);
      if (script) await assertAccessible(page);

      // Going back and forth or reloading sends nothing again.
      await page.reload();
      assert.equal((await page.locator('.recu__reference').innerText()).trim(), reference);

      const mails = page.locator('tbody a');
      await eventually('the mail is in the mailbox', async () => {
        await page.goto('/_courrier/');
        return mails.count();
      });
      if (script) await assertAccessible(page);
      const mail = await eventually('a mail bears the reference', async () => {
        await page.goto('/_courrier/');
        for (const link of await mails.all()) {
          await page.goto(await link.getAttribute('href'));
          if ((await page.getByRole('main').innerText()).includes(reference)) return page.getByRole('main').innerText();
          await page.goto('/_courrier/');
        }
        return undefined;
      });
      assert.ok(mail.includes(message) && mail.includes('L’équipe du matin') && mail.includes('moderation+geriatrie@exemple.fr'), mail);
      if (!script) return;
      await assertAccessible(page);
      await page.goto(`${page.url()}html`);
      assert.ok((await page.locator('body').innerText()).includes(message));
      // Where it is shown no script may run, axe-core neither.
      const html = await page.content();
      await page.goto('about:blank');
      await page.setContent(html);
      await assertReadableMail(page);
    });
  }
});
