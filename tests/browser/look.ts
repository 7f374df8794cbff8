// How a screen is measured: what runs over, is cut off or overlaps, in every language and width; what axe finds, in light
// and in dark; what a finger would miss.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from './lanyard';

export const WIDTHS = [1280, 820, 390];
const LANGUAGES = ['en', 'fr', 'es'];

/** What each language calls itself. */
export const OWN_NAMES: Record<string, string> = { en: 'English', fr: 'Français', es: 'Español' };

/** The screen is there, and nothing is being loaded any more. */
export async function isThere(page: Page): Promise<void> {
  await expect(page.locator('h1, h2, .empty').filter({ visible: true }).first()).toBeVisible();
  await expect(page.locator('.skeleton').filter({ visible: true })).toHaveCount(0);
}

/** What a person would see go wrong with the page as it is laid out now. */
export async function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const told = (element: Element) => {
      const words = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
      return `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} “${words}”`;
    };
    // Of two dialogs, one over the other, the upper one.
    const root: Element = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over > 0) found.push(`the page is ${over} px wider than the window`);
    if (root.tagName === 'DIALOG' && root.scrollWidth > root.clientWidth) found.push('the dialog is wider than its frame');
    const isSeen = (element: Element) => {
      if (element.closest('.visually-hidden, [hidden]') || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1;
    };
    // Text that its own box cuts off, unless the box says so itself by an ellipsis and tells all of it on hover.
    for (const element of root.querySelectorAll('button, a, label, h1, h2, h3, legend, summary, [role=tab], th, dt, .badge')) {
      if (!isSeen(element)) continue;
      const style = getComputedStyle(element);
      const cuts = style.overflowX !== 'visible' || style.overflowY !== 'visible';
      const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY);
      const tells = style.textOverflow === 'ellipsis' && element.closest('[title]') !== null;
      if (cuts && !scrolls && !tells && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2))
        found.push(`cut off: ${told(element)}`);
      if (!cuts && style.display !== 'inline') {
        const box = element.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(element);
        const inside = range.getBoundingClientRect();
        if (element.matches('button, [role=tab], .badge') && (inside.right > box.right + 1 || inside.left < box.left - 1))
          found.push(`runs out of its frame: ${told(element)}`);
      }
    }
    // What can be acted on lies beside what else can be, never on it.
    const targets = [...root.querySelectorAll('button, a[href], input, select, textarea, summary, [role=tab]')].filter(isSeen);
    const floats = (element: Element) => {
      for (let at: Element | null = element; at && at !== root; at = at.parentElement) {
        if (/fixed|sticky|absolute/.test(getComputedStyle(at).position)) return at;
      }
      return null;
    };
    // What a frame that scrolls does not show lies on nothing.
    const shown = (element: Element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const box = { left, right, top, bottom };
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowY === 'visible') continue;
        const frame = at.getBoundingClientRect();
        box.left = Math.max(box.left, frame.left);
        box.right = Math.min(box.right, frame.right);
        box.top = Math.max(box.top, frame.top);
        box.bottom = Math.min(box.bottom, frame.bottom);
      }
      return box;
    };
    const boxes = targets.map((element) => ({ element, box: shown(element), layer: floats(element) }));
    for (const [at, one] of boxes.entries()) {
      for (const other of boxes.slice(at + 1)) {
        if (one.layer !== other.layer || one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const label = (element: Element) => element.closest('label');
        if (label(one.element) && label(one.element) === label(other.element)) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 2 && down > 2) found.push(`overlap: ${told(one.element)} and ${told(other.element)}`);
      }
    }
    return [...new Set(found)].slice(0, 12);
  });
}

/** Every width in every language that the account menu or the sign-in page offers. */
export async function fits(page: Page, name: string, speak: (language: string) => Promise<void>): Promise<void> {
  for (const language of LANGUAGES) {
    await speak(language);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 860 });
      await isThere(page);
      expect.soft(await faults(page), `${name} at ${width} px, ${language}`).toEqual([]);
    }
  }
  await speak(LANGUAGES[0]!);
  await page.setViewportSize({ width: WIDTHS[0]!, height: 860 });
}

/** Without a finding of any impact: in light and in dark, and on a phone in another language where one can be spoken. */
export async function isReadable(page: Page, name: string, speak?: (language: string) => Promise<void>): Promise<void> {
  const told = async (how: string) => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ target }) => target.join(' ')).slice(0, 5).join(', ')}`);
    expect.soft(found, `${name} ${how}`).toEqual([]);
  };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await told(`in ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (!speak) return;
  // The page is open already: what is only on a phone, and what only another language says, at once.
  await speak(LANGUAGES[1]!);
  await page.setViewportSize({ width: WIDTHS.at(-1)!, height: 860 });
  await isThere(page);
  await told(`at ${WIDTHS.at(-1)} px, ${LANGUAGES[1]}`);
  await speak(LANGUAGES[0]!);
  await page.setViewportSize({ width: WIDTHS[0]!, height: 860 });
}

/** Targets that a finger would miss; a link within a sentence may be as high as its line (WCAG 2.5.8). */
export async function small(page: Page): Promise<string[]> {
  return page.locator('button:visible, input:visible, select:visible, textarea:visible, a[href]:visible, summary:visible, [role=tab]:visible').evaluateAll((targets) => {
    const open = [...document.querySelectorAll('dialog[open]')].at(-1);
    // Words before or after it in the same line: a link in running text.
    const isInText = (target: Element): boolean => {
      if (!target.matches('a, .link') || !getComputedStyle(target).display.startsWith('inline')) return false;
      for (let at = target.parentElement; at; at = at.parentElement) {
        const around = [...at.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && /\p{L}/u.test(node.textContent ?? ''));
        if (around.length > 0) return true;
        if (!getComputedStyle(at).display.startsWith('inline')) return false;
      }
      return false;
    };
    return targets.flatMap((target) => {
      if (target.matches('.visually-hidden, .skip-link') || (open && !open.contains(target)) || isInText(target)) return [];
      const label = target.closest('label') ?? target;
      // What is drawn small may have a larger, invisible box that takes the touch.
      const touch = getComputedStyle(target, '::before');
      const drawn = label.getBoundingClientRect();
      const around = touch.position === 'absolute' ? [parseFloat(touch.width), parseFloat(touch.height)] : [0, 0];
      const [width, height] = [Math.max(drawn.width, around[0]!), Math.max(drawn.height, around[1]!)];
      const tooSmall = height < 43.5 || (width < 43.5 && label === target);
      return tooSmall ? [`${Math.round(width)}×${Math.round(height)} ${target.outerHTML.slice(0, 120)}`] : [];
    });
  });
}
