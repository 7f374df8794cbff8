// What holds on every screen: drafts are not lost, what was done can be undone, everything is found from everywhere.
import AxeBuilder from '@axe-core/playwright';
import { api, expect, field, open, person, signIn, test, willChange, type Page } from './lanyard';

/** What axe finds that keeps people from reading or using what is open. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

const ADMIN = 'admin@riverside.example';

test('a draft is not lost by Back or a click: the person is asked, stays with it or discards it', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('link', { name: 'Brian Romero' }).click();
  const phone = field(page, 'Phone');
  await phone.fill('+1 415 555 0666');
  const here = page.url();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });

  await page.getByRole('navigation').getByRole('link', { name: 'Roles' }).first().click();
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await page.goBack();
  await expect(dialog).toBeVisible();
  expect(page.url()).toBe(here);
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect(phone).toHaveValue('+1 415 555 0666');

  await page.goBack();
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await page.goForward();
  await expect(phone).toBeVisible();
  await expect(phone).not.toHaveValue('+1 415 555 0666');
});

test('what was saved is undone by the edit that leads back, and both are on record', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Carla Nguyen', 'access');
  const access = async () => {
    const { assignments, primary_site } = (await api(page, `/users/${id}`)).body.facts.subject;
    return JSON.stringify([assignments, primary_site]);
  };
  const before = await access();
  await page.getByRole('radio', { name: /^Nurse/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Carla Nguyen is saved')).toBeVisible();
  expect(await access()).not.toBe(before);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone: it is as it was before')).toBeVisible();
  expect(await access()).toBe(before);
  await expect(page.getByRole('radio', { name: /^Provider/ })).toBeChecked();
  const { entries } = (await api(page, `/audit?subject=${id}&limit=2`)).body;
  expect(entries).toHaveLength(2);
});

test('a deactivation is undone although its screen is gone by then', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('searchbox').fill('caleb');
  await expect(page.getByText('1 person')).toBeVisible();
  await page.getByRole('button', { name: 'Actions for Caleb Reed' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByText('Caleb Reed can no longer sign in')).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Activity' }).first().click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone: it is as it was before')).toBeVisible();
  expect((await person(page, 'Caleb Reed')).status).toBe('active');
});

test('X3, D8: the primary location is left by the link that makes another one primary', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Amélie Roy', 'access');
  const primary = page.getByRole('switch', { disabled: true });
  await expect(primary).toHaveCount(1);
  await page.getByRole('button', { name: /^Make .* the Primary Location$/ }).click();
  await expect(primary).not.toHaveAccessibleName(/North/);
  await expect(page.getByRole('switch', { name: /North/ })).not.toBeChecked();
  await expect(willChange(page)).toContainText('Lost');
  await page.getByRole('button', { name: 'Discard' }).click();
});

test('everything is found by the keyboard: a person of any state, a role, a screen', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/roles');
  await expect(page.getByRole('heading', { name: 'Roles', level: 1 })).toBeVisible();
  const find = async (text: string, hit: RegExp) => {
    await page.keyboard.press('Control+K');
    const box = page.getByRole('combobox', { name: 'Search everything' });
    await expect(box).toBeFocused();
    await box.fill(text);
    await expect(page.getByRole('option', { name: hit })).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
  };
  await find('akess', /Björn Åkesson/);
  await expect(page.getByRole('heading', { name: /Björn Åkesson/ })).toBeVisible();
  await find('billing man', /Billing Manager/);
  await expect(page.getByRole('button', { name: 'Role: Billing Manager' })).toBeVisible();
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox', { name: 'Search everything' }).fill('el');
  await expect(page.getByRole('option', { name: /Elena Berg/ })).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await find('activ', /Activity/);
  await expect(page.getByRole('heading', { name: 'Activity', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toHaveCount(0);
});

test('a section that the policy has nothing for is not in the navigation', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@talents.example');
  const links = page.getByRole('navigation').first().getByRole('link');
  await expect(links.filter({ hasText: 'Activity' })).toBeVisible();
  await expect(links.filter({ hasText: 'Support cases' })).toHaveCount(0);
  await api(page, '/sign-out', {});
  await signIn(page, lanyard, 'admin@heartlab.example', '/sites');
  await expect(page.getByRole('heading', { name: 'Chart workspaces', level: 1 })).toBeVisible();
  await expect(page.getByText(/No locations/)).toHaveCount(0);
});

test('on a phone the filters are a sheet from below', async ({ page, lanyard }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('button', { name: 'Filters' }).click();
  await expect(page.getByRole('button', { name: /^Show \d+ people/ })).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Role', exact: true }).click();
  await page.getByRole('menuitemradio', { name: 'Billing Manager' }).click();
  await page.getByRole('button', { name: /^Show \d+ people/ }).click();
  await expect(page.getByRole('button', { name: 'Filters: 1' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Elena Berg' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toHaveCount(0);
});
