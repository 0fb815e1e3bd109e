package dev.varve.cli.session;

import dev.varve.core.image.ImageSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Images that are open at the same time, and closed together. */
public final class OpenImages implements Closeable {
  private final List<ImageSource> images = new ArrayList<>();

  /** Opens one more. */
  public synchronized void open(Transports transports, Reference reference) throws IOException {
    images.add(transports.image(reference));
  }

  /** All of them, in the order they were opened. */
  public synchronized List<ImageSource> list() {
    return List.copyOf(images);
  }

  /** Closes all, also where closing one fails; may come from another thread. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (ImageSource image : list()) {
      try {
        image.close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
