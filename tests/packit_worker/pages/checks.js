// What a page must have for people who do not see it, and for those who see little of it.
// Returns a list of sentences; an empty one is well.
() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (condition, text) => condition || wrong.push(text);

  say(document.documentElement.lang === "en", "the page has no language");
  say(document.title.trim() !== "", "the page has no title");
  for (const landmark of ["header", "main", "footer", "h1"]) {
    say(all(landmark).length === 1, `there must be one ${landmark}`);
  }
  let level = 0;
  for (const heading of all("h1,h2,h3,h4")) {
    const now = Number(heading.tagName[1]);
    say(now <= level + 1, `a level is skipped before "${heading.textContent}"`);
    say(heading.textContent.trim() !== "", "an empty heading");
    level = now;
  }
  const ids = all("[id]").map((each) => each.id);
  say(new Set(ids).size === ids.length, "two elements have the same id");
  for (const each of all("[aria-labelledby]")) {
    say(document.getElementById(each.getAttribute("aria-labelledby")), "a label is missing");
  }
  for (const each of all("nav, pre")) {
    const named = each.hasAttribute("aria-label") || each.hasAttribute("aria-labelledby");
    say(named, `${each.tagName} has no name`);
  }
  for (const link of all("a")) {
    say(link.textContent.trim() !== "", "a link has no text");
    if (link.hash && link.origin === location.origin && link.pathname === location.pathname) {
      say(document.getElementById(link.hash.slice(1)), `${link.hash} leads nowhere`);
    }
  }
  for (const list of all("ul, ol")) {
    say([...list.children].every((each) => each.tagName === "LI"), "a list holds no items");
  }
  say(document.documentElement.scrollWidth <= innerWidth, "the page scrolls sideways");

  // https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = parse(colour).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if ((parse(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const element of all("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const pair = [getComputedStyle(element).color, behind(element)];
    const [low, high] = pair.map(luminance).sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    say(contrast >= 4.5, `contrast ${contrast.toFixed(2)} of "${element.textContent.slice(0, 40)}"`);
  }
  return wrong;
};
