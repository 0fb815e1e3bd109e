package dev.varve.cli.option;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.TypeConversionException;

/** The parsers of options' values. */
public final class OptionTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "byte-size",
            text(value -> assertThat(ByteSize.parse(value).bytes()).isNotNegative()),
            "400MB",
            "1.5 GB",
            "380MiB"),
        FuzzTarget.ofText(
            "time-span",
            text(value -> assertThat(new TimeSpan().convert(value).isNegative()).isFalse()),
            "90s",
            "1h30m"),
        FuzzTarget.ofText(
            "key-values",
            text(
                value ->
                    assertThat(KeyValue.pairs("--x", KeyValue.entries(List.of(value))))
                        .isNotNull()),
            "a=b",
            "a=b\n# c\nd=e\n"));
  }

  private static IoConsumer<byte[]> text(Consumer<String> parser) {
    return bytes -> {
      try {
        parser.accept(new String(bytes, UTF_8));
      } catch (IllegalArgumentException | TypeConversionException e) {
        throw new IOException(e);
      }
    };
  }
}
