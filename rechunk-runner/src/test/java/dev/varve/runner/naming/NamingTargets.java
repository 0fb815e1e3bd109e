package dev.varve.runner.naming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The parsers of formats of versions, and of tags. */
public final class NamingTargets implements FuzzTargets {
  private static final Instant NOON = Instant.parse("2025-06-01T12:00:00Z");

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "version-format",
            NamingTargets::readFormat,
            "40-%Y%m%d",
            "stable-%y.%m.%d-%H%M%S",
            "v<date>",
            "f41-20250601.1"),
        FuzzTarget.ofText("version-tag", NamingTargets::readTag, "40-20250601", "40-20250601.2"));
  }

  private static void readFormat(byte[] format) throws IOException {
    String text = new String(format, UTF_8);
    try {
      TagSeries series = TagSeries.of(text);
      String tag = VersionTag.at(NOON, text).text();
      assertThat(series.pattern()).isNotNull();
      assertThat(new VersionTag(tag).unique(List.of(tag)).text()).isEqualTo(tag + ".1");
      PreviousTag.choose(List.of(tag, "latest", "40-20250531"), PreviousTag.Rules.of(series));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static void readTag(byte[] tag) {
    String text = new String(tag, UTF_8);
    TagSeries series = TagSeries.of(VersionTag.DEFAULT_FORMAT);
    series.read(text).ifPresent(read -> assertThat(read.tag()).isEqualTo(text));
    PreviousTag chosen =
        PreviousTag.choose(List.of(text, "40-20250531"), PreviousTag.Rules.of(series));
    assertThat(chosen.tag()).isPresent();
    series.later(List.of(text), "40-20250531");
  }
}
