/** Light, dark, or as the system has it. */
import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import type { ReactElement } from "react";

export const SCHEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
] as const;

export function SchemeSwitch(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choose = (value: string): void => setColorScheme(value as typeof colorScheme);
  return <SegmentedControl fullWidth size="xs" data={[...SCHEMES]} value={colorScheme} onChange={choose} aria-label="Colour scheme" />;
}
