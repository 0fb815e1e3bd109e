package dev.varve.core.rootfs;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** System calls on files that Java lacks. Paths are bytes. Not thread-safe. */
final class Libc {
  /** At least Linux's limits on a list of names, a value and a link's target. */
  private static final int BUFFER = 1 << 16;

  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int ENODATA = 61;
  private static final int ENOTSUP = 95;

  private final Memory buffer = new Memory(BUFFER);
  private final NativeLong size = new NativeLong(BUFFER);

  private Libc() {}

  /** The native functions, bound on first use of the class. */
  private static final class Calls {
    static {
      Native.register(Calls.class, "c");
    }

    private Calls() {}

    static native NativeLong llistxattr(byte[] path, Pointer list, NativeLong size);

    static native NativeLong lgetxattr(byte[] path, byte[] name, Pointer value, NativeLong size);

    static native NativeLong readlink(byte[] path, Pointer target, NativeLong size);

    static native String strerror(int errno);
  }

  /** Binds the native functions; returns an object for each thread that asks for one. */
  static ThreadLocal<Libc> forEachThread() throws IOException {
    try {
      ThreadLocal<Libc> libc = ThreadLocal.withInitial(Libc::new);
      libc.get().attributeNames("/\0".getBytes(StandardCharsets.US_ASCII));
      return libc;
    } catch (LinkageError e) {
      throw new IOException(
          "loading the C library: "
              + e.getMessage()
              + "; -Djna.tmpdir=DIR names a directory that native code may be loaded from",
          e);
    }
  }

  /** Thrown if a system call fails. */
  static final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    ErrnoException(String call, int errno) {
      super(call + ": " + Calls.strerror(errno));
      this.errno = errno;
    }

    boolean isPermission() {
      return errno == EPERM || errno == EACCES;
    }
  }

  /**
   * Returns the names of a file's extended attributes, each followed by NUL; empty if the file
   * system has none.
   */
  byte[] attributeNames(byte[] path) throws ErrnoException {
    int length = Calls.llistxattr(path, buffer, size).intValue();
    if (length < 0) {
      int errno = Native.getLastError();
      if (errno == ENOTSUP) {
        return new byte[0];
      }
      throw new ErrnoException("llistxattr", errno);
    }
    return buffer.getByteArray(0, length);
  }

  /** Returns an extended attribute; null if it has been removed. {@code name} ends with NUL. */
  byte @Nullable [] attribute(byte[] path, byte[] name) throws ErrnoException {
    int length = Calls.lgetxattr(path, name, buffer, size).intValue();
    if (length < 0) {
      int errno = Native.getLastError();
      if (errno == ENODATA) {
        return null;
      }
      throw new ErrnoException("lgetxattr", errno);
    }
    return buffer.getByteArray(0, length);
  }

  /** Returns the target of a symbolic link, unchanged. */
  byte[] linkTarget(byte[] path) throws ErrnoException {
    int length = Calls.readlink(path, buffer, size).intValue();
    if (length < 0) {
      throw new ErrnoException("readlink", Native.getLastError());
    }
    return buffer.getByteArray(0, length);
  }
}
