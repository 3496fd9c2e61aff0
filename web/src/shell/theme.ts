/** Mantine dressed in the tokens of `tokens.css`, so that its parts look like the rest. */
import { createTheme, defaultVariantColorsResolver } from "@mantine/core";
import type { CSSVariablesResolver, MantineColorsTuple } from "@mantine/core";

const pine: MantineColorsTuple = [
  "#e9f5f3", "#d0e9e5", "#a3d5ce", "#74c0b6", "#43bdb1",
  "#2a9a90", "#178079", "#0d6e6a", "#0a5b58", "#074846",
];
const stone: MantineColorsTuple = [
  "#faf9f6", "#f3f1ec", "#e7e4dd", "#d2cec5", "#b3aea4",
  "#8e8980", "#6b675f", "#55524c", "#36342f", "#1c1b19",
];
/** Shades of what is wrong: 7 in light and 4 in dark, as `--bad`. */
const ember: MantineColorsTuple = [
  "#fbeadf", "#f6d3bf", "#efb08d", "#ea9264", "#f08c54",
  "#d9652b", "#c65214", "#b5430a", "#963708", "#6e2906",
];
const night: MantineColorsTuple = [
  "#ecebe7", "#b0aea9", "#8c8a85", "#5d6165", "#3a3e42",
  "#272a2d", "#1f2225", "#17191b", "#101213", "#0c0d0e",
];

const fields = { defaultProps: { size: "sm" } };

export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  // What stands on the accent is light or dark by the scheme, which `autoContrast` does not know.
  variantColorResolver: (input) => {
    const found = defaultVariantColorsResolver(input);
    return input.variant === "filled" && input.color === "pine" ? { ...found, color: "var(--on-accent)" } : found;
  },
  colors: { pine, red: ember, gray: stone, dark: night },
  black: "#1c1b19",
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  defaultRadius: "6px",
  cursorType: "pointer",
  focusRing: "auto",
  // By name, not by `extend`: fields that the first page does not have stay out of the first script.
  components: {
    Button: { defaultProps: { size: "sm" }, styles: { root: { fontWeight: 550 } } },
    TextInput: fields,
    PasswordInput: fields,
    Select: fields,
    Switch: fields,
    // The ring of a field in focus stays clear of the words above it.
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 6 } } },
    SegmentedControl: {
      defaultProps: { withItemsBorders: false },
      styles: { root: { background: "var(--sunken)", boxShadow: "inset 0 0 0 1px var(--line)" }, label: { paddingInline: 9 } },
    },
    Tooltip: { defaultProps: { openDelay: 350, withinPortal: true, fz: 12 } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Modal: {
      defaultProps: { closeButtonProps: { "aria-label": "Close" }, centered: true, radius: 10, overlayProps: { backgroundOpacity: 0.45 } },
      // The ring of the first field stays clear of the head, which lies over what is scrolled below it.
      styles: { title: { fontWeight: 600, fontSize: 16 }, body: { paddingTop: 4 } },
    },
    Menu: { styles: { item: { opacity: 1 } } },
  },
});

/** Mantine's own variables, by the tokens of the pages. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--ink-3)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-placeholder": "var(--ink-3)",
    "--mantine-color-error": "var(--bad)",
  };
  // What cannot be done now is faint, but read.
  return { variables: {}, light: shared, dark: { ...shared, "--mantine-color-disabled-color": "var(--pale)" } };
};
