package dev.varve.core.rootfs;

import dev.varve.core.bytes.Claim;
import dev.varve.core.process.Program;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An image mounted by podman. podman counts mounts of an image, and a killed run would count
 * forever; therefore each mount is recorded in a file, for the next run of the same user.
 */
final class ImageMount implements Closeable {
  private static final String KIND = "mount";
  private static final Path NOTES = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

  private final Program podman;
  private final String id;
  private final Path root;
  private final Claim claim;

  private ImageMount(Program podman, String id, Path root, Claim claim) {
    this.podman = podman;
    this.id = id;
    this.root = root;
    this.claim = claim;
  }

  /** Takes over a mount from podman's output. */
  static ImageMount of(Program podman, String id, Program.Result mounted) throws IOException {
    // Recorded after mounting: a record without a mount would unmount another run's.
    Claim claim = Claim.make(NOTES, KIND, note(podman, id));
    return new ImageMount(podman, id, Path.of(mounted.output().strip()), claim);
  }

  private static String note(Program podman, String id) {
    return id + "\n" + String.join("\n", podman.command());
  }

  /** The mount point. */
  Path root() {
    return root;
  }

  /** Unmounts the images of killed runs in podman's storage. */
  static void releaseLeft(Program podman) throws IOException {
    String storage = note(podman, "");
    for (Claim claim : Claim.abandoned(NOTES, KIND, note -> note.endsWith(storage))) {
      String id = claim.content().substring(0, claim.content().indexOf('\n'));
      claim.close(); // first, as below
      if (claim.owner().isOfThisBoot()) {
        podman.run("image", "unmount", id); // may be unmounted already
      }
    }
  }

  @Override
  public void close() throws IOException {
    claim.close(); // first, because a record without a mount would unmount another run's
    podman.require("image", "unmount", id);
  }
}
