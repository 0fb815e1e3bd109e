package dev.varve.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.copy.ImageCopy;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MediaTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CopyReportTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | '; none was read: all existed, or were mounted or linked'",
        "1 | '; 1 was copied, 15.4 kB'",
        "2 | '; 2 were copied, 15.4 kB'",
        "5 | ''"
      })
  void theBlobsThatWereCopiedAreCounted(int copied, String end) {
    Descriptor image = Descriptor.of(MediaTypes.OCI_MANIFEST, "{}".getBytes(UTF_8));
    CopyReport report =
        new CopyReport("oci:out:a", new ImageCopy.Result(image, 5, 20_000, copied, 15_400));
    assertThat(report.lines())
        .containsExactly("", "oci:out:a@" + image.digest(), "  blobs  5, 20.0 kB" + end);
  }
}
