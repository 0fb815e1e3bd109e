package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ConsoleProgress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.process.ClosedOnExit;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.name.RepositoryName;
import dev.varve.registry.signing.TransparencyLog;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a command opens while it runs: progress, a scratch directory, a client for registries,
 * images, signers and engines. Closing the session closes all of it, the last opened first; so does
 * the end of a process that is interrupted.
 */
public final class Session implements Closeable {
  /** Connections wait more than they work; beyond this, registries begin to refuse. */
  public static final int BLOBS_AT_ONCE = 6;

  private final Console console;
  private final SessionSettings settings;
  private final ConsoleProgress progress;
  private final Registries registries;
  private final @Nullable Scratch scratch;
  private final Deque<Closeable> opened = new ArrayDeque<>();

  private Session(SessionSettings settings) {
    this.console = settings.console();
    this.settings = settings;
    this.progress = new ConsoleProgress(console, settings.quiet());
    this.registries = new Registries(this::newRegistry);
    this.scratch = settings.scratch().map(Scratch::new).orElse(null);
    opened.push(progress);
    opened.push(registries);
    if (scratch != null) {
      opened.push(new ClosedOnExit<>(scratch));
    }
  }

  /**
   * Opens a session, to be closed. No file or registry is opened yet.
   *
   * @param settings the groups of options that apply, in any order
   */
  public static Session open(Console console, SessionSettings.Part... settings) throws IOException {
    SessionSettings session = new SessionSettings(console);
    for (SessionSettings.Part part : settings) {
      part.addTo(session);
    }
    return new Session(session);
  }

  private Registry newRegistry() {
    return new Registry(settings.http(), settings.logins(), progress);
  }

  public Console console() {
    return console;
  }

  public ConsoleProgress progress() {
    return progress;
  }

  /** Receives every secret that the session uses, before its use and from any thread. */
  public Consumer<String> secrets() {
    return settings.secrets();
  }

  /** The limits for layers whose files are read. */
  public LayerLimits layerLimits() {
    return settings.layerLimits();
  }

  /** The directory for unpacked files; the first use creates it. */
  public Scratch scratch() {
    if (scratch == null) {
      throw new IllegalStateException("this command has no options for a scratch directory");
    }
    return scratch;
  }

  /** The platform whose image is taken where there are several. */
  public PlatformChoice platform() {
    return settings.platform().telling(progress::notice);
  }

  /** Opens places by their references, for a command that closes what it opens. */
  public Transports transports() {
    return transports(scratch());
  }

  private Transports transports(Scratch unpackIn) {
    return new Transports(
        platform(),
        unpackIn,
        console.environment(),
        registries,
        settings.oneFileSystem(),
        settings.beside(),
        settings.layerLimits(),
        progress::notice);
  }

  /** The client for registries; the first use creates it. */
  public Registry registry() {
    return registries.get();
  }

  /** A repository in a registry. */
  public Repository repository(RepositoryName name) {
    return registry().repository(name);
  }

  /** The repository of an image in a registry. */
  public Repository repository(Reference reference) {
    return repository(reference.repository());
  }

  /**
   * Opens a transparency log. Its address says whether it is reached by TLS: the options for
   * registries without TLS do not apply.
   */
  public TransparencyLog transparencyLog(URI address) {
    return new TransparencyLog(
        address,
        settings.http().withAllPlain(false).withTlsVerify(true),
        progress); // its signer closes it
  }

  /** Opens an image with its layers. */
  public ImageSource image(Reference reference) throws IOException {
    return closing(transports().image(reference));
  }

  /** Opens the files of an image or of a directory. */
  public TreeSource tree(Reference reference) throws IOException {
    return closing(transports().tree(reference));
  }

  /** Opens the files that an engine rechunks. */
  public TreeSource tree(Reference reference, Engine engine) throws IOException {
    return closing(engine.source(reference, transports(), scratch()));
  }

  /**
   * Opens a place for an image. Without a commit, the session's end leaves nothing of it.
   *
   * @param tags tags for the image beside the one in the reference
   */
  public ImageSink sink(Reference reference, List<String> tags) throws IOException {
    return closing(transports().sink(reference, tags));
  }

  /**
   * Opens a place for a copy of an image or index. The place may be a digest if the copy has it.
   *
   * @param tags tags for the copy beside the one in the reference
   * @param copied the image or index
   */
  public ImageSink sink(Reference reference, List<String> tags, Descriptor copied)
      throws IOException {
    if (reference.digest().isEmpty()) {
      return sink(reference, tags);
    }
    if (!reference.digest().get().equals(copied.digest())) {
      throw new IllegalArgumentException(
          reference
              + " can't be written to: it names a digest, and what is copied has "
              + copied.digest());
    }
    return untaggedSink(reference, tags);
  }

  /**
   * Opens a place for an index. Without a commit, the session's end leaves nothing of it.
   *
   * @param tags tags for the index beside the one in the reference
   */
  public IndexSink indexSink(Reference reference, List<String> tags) throws IOException {
    return closing(transports().indexSink(reference, tags));
  }

  /**
   * Opens a place in a registry for an image or index that gets no tag of the reference's.
   *
   * @param tags tags for it
   */
  public IndexSink untaggedSink(Reference reference, List<String> tags) throws IOException {
    return closing(transports().untaggedSink(reference, tags));
  }

  /** Makes something of an image that is open, and of what is known about its content. */
  public interface ImageReader<R> {
    /** Reads; the source is closed afterwards. */
    R read(ImageSource source, PublishedImage image) throws IOException;
  }

  /**
   * Opens images one after another, each until {@code reader} has read it. An image without a state
   * is read whole; its unpacked layers are deleted before the next image is opened.
   *
   * @param rules divide an image that has no state
   * @return the results in the order of the references
   */
  public <R> List<R> read(List<Reference> references, DivisionRules rules, ImageReader<R> reader)
      throws IOException {
    List<R> results = new ArrayList<>();
    for (Reference reference : references) {
      try (ClosedOnExit<Scratch> own =
              new ClosedOnExit<>(new Scratch(settings.scratch().orElseThrow()));
          ImageSource source = transports(own.get()).image(reference)) {
        PublishedImage image =
            PublishedImage.of(
                source,
                Optional.empty(),
                rules,
                own.get().directory("layers"),
                progress,
                settings.layerLimits());
        results.add(reader.read(source, image));
      }
    }
    return results;
  }

  /** Takes over the closing of something that a command has opened, and returns it. */
  public <T extends Closeable> T closing(T other) {
    opened.push(new ClosedOnExit<>(other));
    return other;
  }

  /** Closes everything, also where closing something fails; throws the first failure. */
  @Override
  public void close() throws IOException {
    Exception failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof IOException checked) {
      throw checked;
    }
  }
}
