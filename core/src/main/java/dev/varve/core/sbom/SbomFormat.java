package dev.varve.core.sbom;

import java.util.Locale;

/** The format of a bill of materials. */
public enum SbomFormat {
  /**
   * SPDX 2.3 as JSON.
   *
   * @see <a href="https://spdx.github.io/spdx-spec/v2.3/">SPDX 2.3</a>
   */
  SPDX("application/spdx+json", "SPDX"),
  /**
   * CycloneDX 1.6 as JSON.
   *
   * @see <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6</a>
   */
  CYCLONEDX("application/vnd.cyclonedx+json", "CycloneDX");

  private final String mediaType;
  private final String title;

  SbomFormat(String mediaType, String title) {
    this.mediaType = mediaType;
    this.title = title;
  }

  /** The media type of the document, and the type of the artifact that attaches it to an image. */
  public String mediaType() {
    return mediaType;
  }

  /** The format's name for people. */
  public String title() {
    return title;
  }

  /** Returns the value as typed on command lines. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
