/** The tool that draws open lines. */
import { adding } from "./_protocol";
import { pathTool } from "./paths";

export const polyline = pathTool({
  name: "polyline",
  title: "Line",
  least: 2,
  closed: false,
  whole: (points, around) => adding({ type: "polyline", points }, around),
});
