/** Where the bytes of stored files are read by who is signed in. */
import type { Item } from "../../wire/types";

export type ThumbnailSize = 128 | 256 | 512;

/** A small picture of an image file. */
export function thumbnail(fileId: string, size: ThumbnailSize): string {
  return `/api/v2/files/${encodeURIComponent(fileId)}/thumbnail?size=${size}`;
}

/** The file itself. */
export function content(fileId: string): string {
  return `/api/v2/files/${encodeURIComponent(fileId)}/content`;
}

/** The size by which the marks of an image are measured; null where the server does not know it. */
export function sizeOf(item: Item): { width: number; height: number } | null {
  return item.width === null || item.height === null ? null : { width: item.width, height: item.height };
}
