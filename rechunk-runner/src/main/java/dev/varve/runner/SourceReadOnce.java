package dev.varve.runner;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A source that caches its files after the first read. Closing does nothing: the owner of the
 * source closes it, after the last use of the files.
 */
public final class SourceReadOnce implements TreeSource {
  private final TreeSource source;
  private @Nullable Reading last;

  /** The files without the pruned ones. */
  private record Reading(Set<String> prune, FileTree files) {}

  /** Wraps a source; reads nothing yet. */
  public SourceReadOnce(TreeSource source) {
    this.source = source;
  }

  @Override
  public String reference() {
    return source.reference();
  }

  @Override
  public ImageConfig config() {
    return source.config();
  }

  @Override
  public Map<String, String> annotations() {
    return source.annotations();
  }

  @Override
  public FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException {
    Reading reading = last;
    if (reading == null || !reading.prune().equals(prune)) {
      reading = new Reading(Set.copyOf(prune), source.read(scratch, prune, progress));
      last = reading;
    }
    return reading.files();
  }

  @Override
  public void close() {
    // The source is closed by its owner.
  }
}
