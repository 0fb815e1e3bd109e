package dev.varve.cli.option;

import dev.varve.core.sbom.SbomFormat;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the format of a bill of materials. */
public final class SbomFormatConverter implements ITypeConverter<SbomFormat> {
  /** The values in help. */
  public static final String LABEL = "spdx|cyclonedx";

  /** Returns whether a text is a format. */
  static boolean isFormat(String text) {
    return Arrays.stream(SbomFormat.values()).anyMatch(format -> format.toString().equals(text));
  }

  @Override
  public SbomFormat convert(String text) {
    for (SbomFormat format : SbomFormat.values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw new TypeConversionException("expected spdx or cyclonedx, got \"" + text + "\"");
  }
}
