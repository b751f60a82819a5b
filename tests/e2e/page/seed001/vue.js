import io from 'socket.io-client';

export default {
  data() {
    return {
      socket: null,
      calls: [],
    };
  },
  mounted() {
    this.socket = io('http://localhost:5009', {
      auth: {
        token: this.$store.state.token,
      },
    });

    this.socket.on('call:new', (call) => {
      this.calls.unshift(call);
    });

    this.socket.on('call:updated', (call) => {
      const index = this.calls.findIndex(c => c.id === call.id);
      if (index !== -1) {
        this.calls[index] = call;
      }
    });
  },
  beforeUnmount() {
    if (this.socket) {
      this.socket.disconnect();
    }
  },
};
