/** How the pages call the types of projects, datasets and evaluations. */

const TYPES: Record<string, string> = {
  image: "Images",
  categorisation: "Categories",
  ner: "Text spans",
  text: "Text",
  geospatial: "Maps",
  ocr: "Text in images",
  video: "Video",
};

/** A type as people say it; a type of a newer server as it is. */
export function typeName(type: string): string {
  return TYPES[type] ?? type;
}

const KINDS: Record<string, string> = { ner: "text spans", semantic_segmentation: "semantic segmentation" };

/** A kind of evaluation as people say it. */
export function kindName(kind: string): string {
  return KINDS[kind] ?? kind;
}
