/** The tool that draws polygons. */
import { adding } from "./_protocol";
import { pathTool } from "./paths";

export const polygon = pathTool({
  name: "polygon",
  title: "Polygon",
  least: 3,
  closed: true,
  whole: (path, around) => adding({ type: "polygon", segments: [{ path, holes: [] }] }, around),
});
