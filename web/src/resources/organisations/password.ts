/** What a password needs before it is sent. */

export const LEAST_PASSWORD = 15;

/** Why a password would be refused; null where it would not. */
export function passwordFault(value: string): string | null {
  const length = [...value].length;
  return length < LEAST_PASSWORD ? `At least ${LEAST_PASSWORD} characters are needed; this has ${length}.` : null;
}
