package dev.varve.core.rootfs;

import dev.varve.core.bytes.Claim;
import dev.varve.core.process.Program;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An image that podman has mounted. podman counts who mounts an image; a run that is killed would
 * count for ever, so what it has mounted is noted in a file, for the next run of the same user.
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

  /** Takes over what podman has mounted, as it says in its output. */
  static ImageMount of(Program podman, String id, Program.Result mounted) throws IOException {
    // Noted once it is mounted: who finds a note unmounts, and must not do so for somebody else.
    Claim claim = Claim.make(NOTES, KIND, note(podman, id));
    return new ImageMount(podman, id, Path.of(mounted.output().strip()), claim);
  }

  private static String note(Program podman, String id) {
    return id + "\n" + String.join("\n", podman.command());
  }

  /** Where its files are. */
  Path root() {
    return root;
  }

  /** Unmounts what killed runs have left in the storage that podman works in. */
  static void releaseLeft(Program podman) throws IOException {
    String storage = note(podman, "");
    for (Claim claim : Claim.abandoned(NOTES, KIND, note -> note.endsWith(storage))) {
      String id = claim.content().substring(0, claim.content().indexOf('\n'));
      claim.close(); // first, as below
      if (claim.owner().isOfThisBoot()) {
        podman.run("image", "unmount", id); // that it is gone already is as good
      }
    }
  }

  @Override
  public void close() throws IOException {
    claim.close(); // first: a note of what is not mounted would unmount what others have
    podman.require("image", "unmount", id);
  }
}
