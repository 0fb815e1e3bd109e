package dev.varve.core.layout;

import dev.varve.core.bytes.IoRunnable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock for changes of a layout's index. It is a lock on the layout's marker file, which is
 * never replaced, and needs no additional file in the layout.
 */
final class LayoutLock {
  /**
   * Held in this process while the marker file is open, even for reading, because a process loses
   * its lock on a file when it closes any channel to the file.
   */
  static final ReentrantLock PROCESS = new ReentrantLock();

  private LayoutLock() {}

  /** Makes a change while holding the lock; creates a missing marker file. */
  static void holding(Path directory, IoRunnable change) throws IOException {
    Path file = directory.resolve(OciLayout.MARKER);
    PROCESS.lock();
    try (FileChannel marker =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      marker.lock();
      if (marker.size() == 0) {
        marker.write(ByteBuffer.wrap(OciLayout.MARKER_CONTENT));
      }
      change.run();
    } finally {
      PROCESS.unlock();
    }
  }
}
