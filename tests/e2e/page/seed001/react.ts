import { io, Socket } from 'socket.io-client';

const socket: Socket = io('http://localhost:5009', {
  auth: {
    token: localStorage.getItem('token'),
  },
  transports: ['websocket', 'polling'],
});

// Подключение
socket.on('connect', () => {
  console.log('Connected:', socket.id);
  
  // Join комнаты
  socket.emit('join-room', { room: 'operators' });
});

// Новый звонок
socket.on('call:new', (call) => {
  console.log('New call:', call);
  // Показать уведомление
  showNotification('Новый звонок', call.phoneClient);
});

// Новый заказ
socket.on('order:new', (order) => {
  console.log('New order:', order);
  // Обновить список заказов
  refreshOrders();
});

// Уведомление
socket.on('notification', (notification) => {
  toast(notification.message);
});

// Отключение
socket.on('disconnect', () => {
  console.log('Disconnected');
});
