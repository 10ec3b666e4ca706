import assert from 'node:assert/strict';

import { assertAccessible } from './helpers/accessible.js';
import { eventually, journeys, takeOnesTime } from './helpers/journey.js';

journeys('Somebody signs a charter', (journey) => {
  for (const script of [true, false]) {
    journey(`from its page to the proof ${script ? 'with' : 'without'} script`, { script }, async ({ page, portal, screen }) => {
      const address = `prenom.nom+${screen}${script}@exemple.fr`;
      await page.goto('/savoir-faire/chartes/bienveillance/');
      await page.getByRole('link', { name: 'Signer cette charte' }).first().click();
      await page.waitForURL(/\/formulaires\/signature-charte\//);
      // The version that was read is chosen already.
      assert.match(await page.locator('[name="charte"]').inputValue(), /^bienveillance@[0-9a-f]+$/);
      await page.locator('[name="accord"]').check();
      await page.locator('[name="nom"]').fill('Prénom Nom');
      await page.locator('[name="courriel"]').fill(address);
      await takeOnesTime(page);
      await page.getByRole('button', { name: 'Relire avant de signer' }).click();
      await page.getByRole('button', { name: 'Envoyer' }).click();
      await page.getByRole('heading', { level: 1, name: 'Votre signature attend votre confirmation' }).waitFor();
      const reference = (await page.locator('.recu__reference').innerText()).trim();
      if (script) await assertAccessible(page);

      const link = /http:\/\/127\.0\.0\.1:\d+(\/suivi\/confirmer\/\S+)/.exec(await mail(page, reference, 'Confirmez votre adresse'))[1];
      await page.goto(link);
      await page.getByRole('heading', { level: 1, name: 'Confirmer votre adresse' }).waitFor();
      if (script) await assertAccessible(page);
      // A button pressed without the box signs nothing.
      await page.locator('form.formulaire').evaluate((form) => form.setAttribute('novalidate', '')).catch(() => {});
      await page.getByRole('button', { name: 'Confirmer et signer' }).click();
      await page.getByText('Rien n’a été confirmé').waitFor();
      if (script) await assertAccessible(page);
      await page.getByLabel('Oui, cet envoi vient de moi').check();
      await page.getByRole('button', { name: 'Confirmer et signer' }).click();
      await page.getByRole('heading', { level: 1, name: 'Votre adresse est confirmée' }).waitFor();
      if (script) await assertAccessible(page);

      const proof = await mail(page, reference, 'Votre signature est enregistrée');
      assert.ok(proof.includes('Prénom Nom') && proof.includes('version'), proof);
      const entered = await mail(page, reference, 'Une signature est inscrite au registre');
      assert.ok(entered.includes(address), entered);
      const number = /Numéro au registre --\s+(\d+)/;
      assert.match(proof, number);
      assert.equal(number.exec(entered)?.[1], number.exec(proof)[1]);
      await page.goto(`${portal.url}${link}`);
      await page.getByText('déjà confirmée').first().waitFor();
    });
  }
});

/** The text of the mail about a submission whose subject begins so, once it is in the mailbox. */
function mail(page, reference, subject) {
  return eventually(`a mail « ${subject} » bears ${reference}`, async () => {
    await page.goto('/_courrier/');
    const link = page.locator('tbody tr').filter({ hasText: subject }).filter({ hasText: reference }).locator('a').first();
    if (!(await link.count())) return undefined;
    await page.goto(await link.getAttribute('href'));
    return page.getByRole('main').innerText();
  });
}
