/** The page that is shown as one file: its state, styles and pictures, and nothing that is fetched. */

export interface About {
  title: string;
  address: string;
  written: Date;
}

// Nothing in the file runs, and nothing is asked of any network.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
const LEFT_OUT = "script, iframe, object, link, [data-live]";
const OWN = "body{padding:28px 32px;height:auto;overflow:auto}.downloaded-from{margin-bottom:20px;font-size:12px;opacity:.75}button,input,[role=slider],[role=radio],[role=switch]{pointer-events:none}";

/** The text of the file. */
export function pageFile(shown: HTMLElement, about: About): string {
  const copy = shown.cloneNode(true) as HTMLElement;
  // Lists are laid out for the width that they have.
  copy.style.cssText = `${copy.style.cssText};box-sizing:border-box;width:${shown.offsetWidth}px;max-width:none;margin:0 auto`;
  drawn(shown, copy);
  written(shown, copy);
  for (const gone of copy.querySelectorAll(LEFT_OUT)) gone.remove();
  for (const link of copy.querySelectorAll("a[href]")) link.setAttribute("href", new URL(link.getAttribute("href") ?? "", about.address).href);
  return fileText(new XMLSerializer().serializeToString(copy), stylesOf([...document.styleSheets]), attributesOf(document.documentElement), about);
}

/** The whole document around what is shown. */
export function fileText(body: string, styles: string, root: string, { title, address, written: when }: About): string {
  return [
    `<!doctype html>\n<html ${root}>\n<head>\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escaped(title)}</title>`,
    `<style>${styles}\n${OWN}</style>\n</head>\n<body>`,
    `<p class="downloaded-from">Downloaded from <a href="${escaped(address)}">${escaped(address)}</a> on ${when.toISOString().slice(0, 16).replace("T", " at ")} UTC</p>`,
    `${body}\n</body>\n</html>\n`,
  ].join("\n");
}

/** The rules of style sheets; what they would fetch is left out, and none ends its element. */
export function stylesOf(sheets: readonly Pick<CSSStyleSheet, "cssRules">[]): string {
  const rules = sheets.flatMap(({ cssRules }) => [...cssRules].map(({ cssText }) => cssText));
  return rules
    .join("\n")
    .replaceAll(/url\((?!["']?data:)[^)]*\)/g, "none")
    .replaceAll("</", "<\\/");
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function attributesOf(root: HTMLElement): string {
  return ["lang", "class", "data-mantine-color-scheme", "style"].flatMap((name) => (root.hasAttribute(name) ? [`${name}="${escaped(root.getAttribute(name) ?? "")}"`] : [])).join(" ");
}

// What was painted on a canvas, or loaded into an image, becomes a picture in the file.
function drawn(shown: HTMLElement, copy: HTMLElement): void {
  const [before, after] = [shown, copy].map((root) => [...root.querySelectorAll<HTMLCanvasElement | HTMLImageElement>("canvas, img")]);
  for (const [place, element] of (before ?? []).entries()) {
    const picture = document.createElement("img");
    const { width, height } = element.getBoundingClientRect();
    picture.src = dataOf(element);
    picture.alt = element.getAttribute("aria-label") ?? element.getAttribute("alt") ?? "";
    picture.className = element.className;
    // Set as the page's own policy allows it.
    picture.style.cssText = `${element.style.cssText};width:${width}px;height:${height}px`;
    after?.[place]?.replaceWith(picture);
  }
}

const BLANK = "data:,";

function dataOf(element: HTMLCanvasElement | HTMLImageElement): string {
  if (element instanceof HTMLCanvasElement) return element.width === 0 || element.height === 0 ? BLANK : element.toDataURL("image/png");
  if (element.naturalWidth === 0) return BLANK;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [element.naturalWidth, element.naturalHeight];
  canvas.getContext("2d")?.drawImage(element, 0, 0);
  return canvas.toDataURL("image/png");
}

// What stands in fields is no part of the document until it is written there; passwords never are.
function written(shown: HTMLElement, copy: HTMLElement): void {
  const [before, after] = [shown, copy].map((root) => [...root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")]);
  for (const [place, field] of (before ?? []).entries()) {
    const kept = after?.[place];
    if (kept === undefined || field.type === "password") continue;
    if (field instanceof HTMLTextAreaElement) kept.textContent = field.value;
    else kept.setAttribute("value", field.value);
    if (field instanceof HTMLInputElement) kept.toggleAttribute("checked", field.checked);
    kept.setAttribute("readonly", "");
  }
}
