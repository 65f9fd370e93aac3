package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.WaitParameters;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code waitHealthy}. Kept with a running step, so that a restart finds them again. */
public abstract class WaitFields extends ClusterFields implements WaitParameters, Serializable {
    private static final long serialVersionUID = 1L;

    private ArrayList<String> workloads = new ArrayList<>();
    private String timeout = "";
    private String stableFor = "";
    private String http = "";
    private int httpStatus = 200;
    private String httpBody = "";
    private boolean failFast = true;
    private int logLines = 20;

    @Override
    public List<String> getWorkloads() {
        return workloads;
    }

    @DataBoundSetter
    public void setWorkloads(List<String> workloads) {
        this.workloads = StepForms.texts(workloads);
    }

    @Override
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = fixNull(timeout).strip();
    }

    @Override
    public String getStableFor() {
        return stableFor;
    }

    @DataBoundSetter
    public void setStableFor(String stableFor) {
        this.stableFor = fixNull(stableFor).strip();
    }

    @Override
    public String getHttp() {
        return http;
    }

    @DataBoundSetter
    public void setHttp(String http) {
        this.http = fixNull(http).strip();
    }

    @Override
    public int getHttpStatus() {
        return httpStatus;
    }

    @DataBoundSetter
    public void setHttpStatus(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    @Override
    public String getHttpBody() {
        return httpBody;
    }

    @DataBoundSetter
    public void setHttpBody(String httpBody) {
        this.httpBody = fixNull(httpBody);
    }

    @Override
    public boolean isFailFast() {
        return failFast;
    }

    @DataBoundSetter
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    @Override
    public int getLogLines() {
        return logLines;
    }

    @DataBoundSetter
    public void setLogLines(int logLines) {
        this.logLines = logLines;
    }
}
