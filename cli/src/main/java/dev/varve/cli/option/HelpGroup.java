package dev.varve.cli.option;

/** The sections of a command's help, in their order. */
public enum HelpGroup {
  /** The most frequent options, which come first, without a heading. */
  MAIN(""),
  PLANNING("Planning"),
  PREVIOUS_IMAGE("Previous image"),
  NOTES("Labels and changelog"),
  SIGNING("Signing"),
  DELTAS("Deltas"),
  REGISTRY("Registry"),
  CONTAINER_ENGINE("Container engine"),
  SCRATCH("Scratch space"),
  OUTPUT("Output");

  private final String heading;

  HelpGroup(String heading) {
    this.heading = heading;
  }

  /** The heading of the section; empty for the first one. */
  public String heading() {
    return heading;
  }
}
