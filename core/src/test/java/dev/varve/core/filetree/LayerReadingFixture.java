package dev.varve.core.filetree;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.io.TempDir;

/** Reads malformed layers within small limits. */
abstract class LayerReadingFixture {
  static final LayerLimits LIMITS = new LayerLimits(1 << 20, 8 << 20, 1 << 20);
  @TempDir Path scratch;

  static LayerBytes layer() {
    return new LayerBytes();
  }

  static byte[] validTar() {
    return layer().file("a", "x".repeat(5000)).toBytes();
  }

  AbstractThrowableAssert<?, ? extends Throwable> reading(MemoryImage image) {
    return assertThatThrownBy(
            () -> LayeredTree.read(image, scratch, Progress.SILENT, LIMITS).close())
        .isInstanceOf(IOException.class);
  }

  static String name(MemoryImage image) {
    return "layer " + image.manifest().layers().get(0).digest() + " of memory:image";
  }
}
