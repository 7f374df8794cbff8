// X3: whatever is refused says why, and a link makes the smallest change that is allowed.
import { api, expect, field, open, signIn, test, willChange, type Page } from './lanyard';

test('X3, D7: the link of a refusal puts one field right, and the rest of the edit is saved', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@riverside.example');
  const { id } = await open(page, 'Olivia Brooks');
  const before = (await api(page, `/users/${id}`)).body.facts.subject.profile;
  await field(page, 'Phone').fill('+1 415 555 0190');
  await field(page, 'NPI').fill('1338189197');
  await expect(page.getByText('The last digit does not fit the others')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Leave NPI as it is' }).click();
  await expect(field(page, 'NPI')).toHaveValue(before.npi);
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0190');
  await expect(page.getByText('The last digit does not fit the others')).toHaveCount(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Olivia Brooks is saved')).toBeVisible();
  const { profile } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect([profile.phone, profile.npi]).toEqual(['+1 415 555 0190', before.npi]);
});

test('X3, A7: the link of a refusal assigns the line that is missing, and Manager becomes Staff', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@harmony.example');
  const { id } = await open(page, 'Caleb Reed', 'access');
  await page.getByRole('radio', { name: /^Staff/ }).click();
  await expect(page.getByText(/a Staff user without a line sees no Patient Channels/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Assign Billing' }).first().click();
  await expect(page.getByRole('checkbox', { name: 'Billing' })).toBeChecked();
  await expect(page.getByText(/a Staff user without a line sees no Patient Channels/)).toHaveCount(0);
  await expect(willChange(page)).toContainText('Lost');
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  await expect(page.getByText('Caleb Reed is saved')).toBeVisible();
  const { assignments } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect(assignments).toMatchObject([{ role: 'staff' }]);
  expect(assignments[0].scope.site.resources.only).toHaveLength(1);
});

/** What is refused on this screen and does not say why: nothing, it should be. */
async function silent(page: Page): Promise<string[]> {
  return page.locator('[aria-disabled=true]:visible, :disabled:visible').evaluateAll((controls) =>
    controls
      .filter((control) => {
        const ids = (control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
        const root = control.getRootNode() as Document;
        return !ids.some((id) => root.getElementById(id)?.textContent?.trim());
      })
      .map((control) => control.outerHTML.slice(0, 160)),
  );
}

const ALL = ['/invite', '/roles', '/sites', '/import'];

for (const [who, people, screens] of [
  ['admin@riverside.example', ['Ana García', 'Maya Reyes', 'Grace Kelly', 'Rahul Rao'], ALL],
  ['manager@riverside.example', ['Ola Lindgren', 'Keiko Ito', 'Quentin Dubois'], ['/invite']],
  ['admin@harmony.example', ['Leo Marsh', 'Ruth Abel', 'Wendy Chen'], ALL],
  ['manager@harmony.example', ['Ruth Abel', 'Dolores Vega', 'Mateo Cruz'], ['/invite']],
] as const) {
  test(`X3: every control that is refused to ${who} says why`, async ({ page, lanyard }) => {
    await signIn(page, lanyard, who);
    for (const name of people) {
      for (const part of ['access', 'profile']) {
        await open(page, name, part, name === 'Grace Kelly' ? 'inactive' : name === 'Rahul Rao' ? 'invited' : '');
        expect.soft(await silent(page), `${name}, ${part}`).toEqual([]);
      }
      await page.getByRole('button', { name: new RegExp(`^Actions for ${name}`) }).click();
      await expect(page.getByRole('menuitem').first()).toBeVisible();
      expect.soft(await silent(page), `the menu of ${name}`).toEqual([]);
    }
    for (const screen of screens) {
      await page.goto(screen);
      await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
      expect.soft(await silent(page), screen).toEqual([]);
    }
  });
}
