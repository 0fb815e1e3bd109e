package dev.varve.cli.option;

import java.util.List;
import picocli.CommandLine.Option;

/** The option for further tags of the written image. */
public final class TagOption {
  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag for the image at DEST. May be repeated.")
  private List<String> tags = List.of();

  /** The tags in addition to the one in DEST. */
  public List<String> tags() {
    return tags;
  }
}
