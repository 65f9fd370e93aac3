package io.jenkins.plugins.k8srollout.testutil;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.rules.ExternalResource;

/** Takes connections and never answers, as a server does whose machine is overloaded or whose network is half gone. */
public final class HangingServer extends ExternalResource {
    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<Socket> callers = new LinkedBlockingQueue<>();
    private ServerSocket server;

    @Override
    protected void before() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "hanging server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void accept() {
        try {
            while (true) {
                callers.add(server.accept());
            }
        } catch (IOException e) {
            // the test has ended
        }
    }

    @Override
    protected void after() {
        try {
            server.close();
            for (Socket caller : callers) {
                caller.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Waits for somebody to ask; each caller counts once. */
    public Socket awaitCaller() throws InterruptedException {
        Socket caller = callers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (caller == null) {
            throw new AssertionError("nobody asked within " + PATIENCE_SECONDS + " s");
        }
        return caller;
    }

    /** Waits until a caller has given up. What it had sent before is read and dropped. */
    public static void awaitHangup(Socket caller) throws IOException {
        caller.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        while (caller.getInputStream().read() >= 0) {
            // requests come before the end
        }
    }

    /** Forgets who has called so far. */
    public void forget() {
        callers.clear();
    }
}
