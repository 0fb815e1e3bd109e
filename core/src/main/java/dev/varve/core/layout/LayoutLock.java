package dev.varve.core.layout;

import dev.varve.core.bytes.IoRunnable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to change a layout's index. It is a lock on the layout's marker file, which is never
 * replaced; so nothing is left behind that is not part of a layout.
 */
final class LayoutLock {
  /**
   * Held in this process by whoever has the marker file open, if only to read it: a process loses
   * its lock on a file when it closes any channel to it.
   */
  static final ReentrantLock PROCESS = new ReentrantLock();

  private LayoutLock() {}

  /** Waits for the lock and makes a change; makes the marker file if it is not there. */
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
