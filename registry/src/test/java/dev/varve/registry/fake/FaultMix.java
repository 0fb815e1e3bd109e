package dev.varve.registry.fake;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Faults for any requests, chosen by a seed. The choice for a request depends on the seed, on its
 * method and path without random parts, and on how often such a request came before, but not on the
 * order in which other requests arrive.
 */
public final class FaultMix {
  private static final List<String> ODD_NUMBERS =
      List.of(
          "-1", "", "1e3", "99999999999999999999", "0x10", "9223372036854775807", "1, 2", "NaN");

  private static final List<String> ODD_RANGES =
      List.of("bytes 5-2/9", "bytes 0-18446744073709551615/1", "0--1", "bytes */*", "9-9", "x");

  /** How much rarer requests are that always fail in the same way. */
  private static final double STUBBORN = 0.1;

  private final long seed;
  private final double rate;
  private final boolean loses;
  private final boolean onlyDelays;
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * Creates a mix.
   *
   * @param rate the share of requests that fail, from 0 to 1
   * @param loses whether the registry may also report blobs as stored that it then lacks
   */
  public FaultMix(long seed, double rate, boolean loses) {
    this(seed, rate, loses, false);
  }

  private FaultMix(long seed, double rate, boolean loses, boolean onlyDelays) {
    this.seed = seed;
    this.rate = rate;
    this.loses = loses;
    this.onlyDelays = onlyDelays;
  }

  /** Returns a mix that only delays requests, by up to 20 milliseconds. */
  public static FaultMix delays(long seed) {
    return new FaultMix(seed, 1, false, true);
  }

  /** Returns the fault of a request, given as {@code METHOD PATH}; empty if it is served. */
  synchronized Optional<Fault> take(String request) {
    String line = request.replaceFirst("/blobs/uploads/[^/]+$", "/blobs/uploads/*");
    if (onlyDelays) {
      int millis = random(line, counts.merge(line, 1, Integer::sum)).nextInt(20);
      return Optional.of(Fault.delay(Duration.ofMillis(millis)));
    }
    Random stubborn = random(line, 0);
    boolean failsAlways = stubborn.nextDouble() < rate * STUBBORN;
    Random random = failsAlways ? stubborn : random(line, counts.merge(line, 1, Integer::sum));
    if (!failsAlways && random.nextDouble() >= rate) {
      return Optional.empty();
    }
    if (line.startsWith("PUT ") && line.contains("/blobs/")) {
      return Optional.of(ofUpload(random));
    }
    return Optional.of(line.startsWith("GET ") ? ofRead(random) : any(random));
  }

  private Random random(String line, int count) {
    Random random = new Random((seed * 31 + line.hashCode()) * 31 + count);
    random.nextInt(); // the first numbers of similar seeds are similar
    return random;
  }

  private Fault ofUpload(Random random) {
    return switch (random.nextInt(loses ? 7 : 6)) {
      case 0 -> Fault.cutRequest(random.nextInt(3000));
      case 1 -> Fault.stallRequest(random.nextInt(3000));
      case 2 -> Fault.status(500).afterHandling();
      case 3 -> Fault.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown").afterHandling();
      case 4 -> Fault.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown");
      case 6 -> Fault.status(201);
      default -> any(random);
    };
  }

  private static Fault ofRead(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Fault.cutResponse(random.nextInt(3000));
      case 1 -> Fault.resetResponse(random.nextInt(3000));
      case 2 -> Fault.stallResponse(random.nextInt(3000));
      case 3 -> Fault.wrongBytes();
      case 4 -> Fault.wrongLength(random.nextInt(9) - 4);
      case 5 -> Fault.wrongHeader("Content-Range", of(ODD_RANGES, random));
      default -> any(random);
    };
  }

  private static Fault any(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Fault.status(429, "slow down").header("Retry-After", "1");
      case 1 -> Fault.status(429, "slow down").header("Retry-After", of(ODD_NUMBERS, random));
      case 2 -> Fault.status(500 + random.nextInt(5), "no");
      case 3 -> Fault.status(503).header("Retry-After", of(ODD_NUMBERS, random));
      case 4 -> Fault.noResponse();
      case 5 -> Fault.resetResponse(0);
      case 6 -> Fault.stallResponse(0);
      case 7 -> Fault.delay(Duration.ofMillis(random.nextInt(30)));
      case 8 -> Fault.wrongHeader("Docker-Content-Digest", "sha256:" + "0".repeat(64));
      case 9 -> Fault.wrongHeader("Docker-Content-Digest", of(ODD_NUMBERS, random));
      case 10 -> Fault.wrongHeader("Range", of(ODD_RANGES, random));
      default -> Fault.wrongHeader("OCI-Chunk-Min-Length", of(ODD_NUMBERS, random));
    };
  }

  private static String of(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }
}
