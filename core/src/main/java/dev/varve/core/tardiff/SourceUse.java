package dev.varve.core.tardiff;

/**
 * What a tar-diff takes from one source file.
 *
 * @param path the file's path
 * @param copied the bytes of the result that are copied from the file
 * @param added the bytes of the result that are sums of the file's bytes and the tar-diff's
 * @param patches the bytes of the tar-diff that are zstd patches against the file
 */
public record SourceUse(String path, long copied, long added, long patches) {}
