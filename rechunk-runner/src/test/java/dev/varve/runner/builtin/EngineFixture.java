package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Rechunks small images between layouts in a test's directory. */
abstract class EngineFixture {
  static final UnaryOperator<Options> PLAIN = UnaryOperator.identity();
  static final UnaryOperator<Options> VERIFIED = EngineFixture::verified;
  @TempDir Path directory;
  Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(directory);
  }

  /**
   * Returns an image with six directories of one file each, which are components, and two empty
   * directories.
   */
  static TestImage image() {
    TestImage image = new TestImage().layer().directory("proc", 0555).directory("var/log", 0755);
    for (String name : List.of("etc", "opt", "srv", "usr/bin", "usr/lib", "usr/share/doc")) {
      image.file(name + "/file", name + " ".repeat(5_000) + name);
    }
    return image;
  }

  static Options verified(Options request) {
    return request.verify(true);
  }

  void assertNothingIsAt(String dest) throws IOException {
    assertThat(bench.list(dest)).isEmpty();
  }

  Path blob(String layout, Descriptor layer) {
    return bench.blob(layout, layer.digest());
  }
}
