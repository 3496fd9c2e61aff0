/** The nonce of this page, which styles made by scripts must carry under the content policy. */

/** Read the nonce that the server put into the page; nothing where there is none. */
export function pageNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce || undefined;
}

/** Let libraries that make their own <style> find the nonce under the name they look for. */
export function shareNonce(): void {
  const nonce = pageNonce();
  if (nonce !== undefined) Object.assign(globalThis, { __webpack_nonce__: nonce });
}
