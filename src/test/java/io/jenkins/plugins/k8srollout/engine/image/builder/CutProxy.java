package io.jenkins.plugins.k8srollout.engine.image.builder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server and breaks all connections once a number of bytes has passed on its way there. Thread-safe. */
final class CutProxy implements AutoCloseable {
    private static final int BUFFER = 1 << 12;

    private final ServerSocket entrance;
    private final InetSocketAddress server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private final AtomicBoolean cut = new AtomicBoolean();

    /**
     * @param authority host and port of the server
     */
    CutProxy(String authority) throws IOException {
        int colon = authority.lastIndexOf(':');
        server = new InetSocketAddress(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)));
        entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String authority() {
        return "127.0.0.1:" + entrance.getLocalPort();
    }

    /** From now on: this many bytes pass, then every connection breaks; later ones are left alone. */
    void cutAfter(long bytes) {
        cut.set(false);
        left.set(bytes);
    }

    /** Whether it has happened. */
    boolean hasCut() {
        return cut.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                Socket behind = new Socket();
                open.add(client);
                open.add(behind);
                behind.connect(server);
                start(() -> pump(client, behind, true));
                start(() -> pump(behind, client, false));
            }
        } catch (IOException e) {
            breakAll();
        }
    }

    private void pump(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                long before = counted ? left.getAndAdd(-count) : Long.MAX_VALUE;
                out.write(buffer, 0, (int) Math.max(0, Math.min(count, before)));
                out.flush();
                if (before <= count && cut.compareAndSet(false, true)) {
                    left.set(Long.MAX_VALUE);
                    breakAll();
                }
            }
        } catch (IOException e) {
            // Broken, by this or by one of the two ends: both are closed now.
            open.remove(from);
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void breakAll() {
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                open.remove(socket);
            }
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "cut proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        breakAll();
    }
}
