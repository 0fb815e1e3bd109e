package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Loads the native code of libraries that unpack it from their jar into a directory for temporary
 * files. Each gets a scratch directory, which is deleted when the code is loaded: a killed run
 * leaves no code behind that the next run does not delete.
 */
public final class NativeCode {
  private NativeCode() {}

  /**
   * Loads a library's native code.
   *
   * @param library the library's name, for messages
   * @param property the system property that names the directory that the library unpacks into; if
   *     it is set, it is left alone
   * @param load unpacks and loads the code
   * @throws IOException if the code can't be unpacked or loaded; with {@link
   *     Remedy#OTHER_NATIVE_CODE_DIRECTORY}
   */
  public static synchronized void load(String library, String property, IoRunnable load)
      throws IOException {
    String chosen = System.getProperty(property);
    Path parent = Path.of(chosen == null ? System.getProperty("java.io.tmpdir", "/tmp") : chosen);
    try (Scratch scratch = new Scratch(parent)) {
      // A daemon thread may be loading the code when the process ends.
      Runtime.getRuntime().addShutdownHook(new Thread(scratch::close));
      if (chosen == null) {
        System.setProperty(property, scratch.directory("native").toString());
      }
      load.run();
    } catch (LinkageError e) {
      throw explain(library, parent, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      // The remedy of a scratch directory is another one.
      boolean isScratch = e instanceof RemediableException;
      throw explain(
          library, parent, isScratch && e.getCause() instanceof IOException cause ? cause : e);
    } finally {
      if (chosen == null) {
        System.clearProperty(property);
      }
    }
  }

  private static IOException explain(String library, Path parent, IOException failure) {
    return WriteFailure.explain(
        "loading the native code of " + library + ", unpacked in " + parent,
        parent,
        failure,
        Remedy.OTHER_NATIVE_CODE_DIRECTORY);
  }
}
