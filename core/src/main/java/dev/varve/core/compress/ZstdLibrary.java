package dev.varve.core.compress;

import com.github.luben.zstd.util.Native;
import dev.varve.core.bytes.NativeCode;
import java.io.IOException;

/** The native code of zstd. Its classes may only be used after {@link #load}. */
final class ZstdLibrary {
  private static volatile boolean loaded;

  private ZstdLibrary() {}

  /**
   * Loads the code, unless it is loaded.
   *
   * @throws IOException if it can't be unpacked or loaded
   */
  static void load() throws IOException {
    if (!loaded) {
      loadOnce();
    }
  }

  private static synchronized void loadOnce() throws IOException {
    if (!loaded) {
      NativeCode.load("zstd", "ZstdTempFolder", Native::load);
      loaded = true;
    }
  }
}
