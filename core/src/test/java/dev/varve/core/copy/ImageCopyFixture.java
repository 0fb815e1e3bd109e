package dev.varve.core.copy;

import static dev.varve.core.layout.TestImage.AMD64;
import static dev.varve.core.layout.TestImage.ARM64;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.layout.TestImage;
import dev.varve.core.layout.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two images in a layout, and a layout to copy them to. */
abstract class ImageCopyFixture {
  static final ImageCopy COPY = new ImageCopy(3, false, Progress.SILENT);
  @TempDir Path temp;
  TestImage amd;
  TestImage arm;
  TestLayout layout;

  @BeforeEach
  void layOut() throws IOException {
    amd = new TestImage(AMD64, "one", "two");
    arm = new TestImage(ARM64, "one", "three");
    layout = new TestLayout(temp.resolve("from")).put(amd).put(arm);
  }

  ImageSource from(String tag) throws IOException {
    return OciLayout.open(
        layout.directory, tag, new PlatformChoice(AMD64, false, false), "oci:from");
  }

  ImageSource to(PlatformChoice platform) throws IOException {
    return OciLayout.open(temp.resolve("to"), "", platform, "oci:to");
  }

  ImageSink sink() throws IOException {
    return OciLayout.create(temp.resolve("to"), "v1", "oci:to");
  }

  Descriptor attach(TestImage image, String text) throws IOException {
    layout.put(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'});
    layout.put("text/plain", text.getBytes(StandardCharsets.UTF_8));
    return layout
        .put(MediaTypes.OCI_MANIFEST, image.artifact("application/x", text).toBytes())
        .withArtifactType("application/x");
  }

  void listIndex() throws IOException {
    Descriptor index =
        layout.index(amd.descriptor().withPlatform(AMD64), arm.descriptor().withPlatform(ARM64));
    layout.list(TestLayout.tagged(index, "multi"), attach(amd, "of amd"), attach(arm, "of arm"));
  }
}
